using System.Net;
using Aurora.Client.Http;
using Aurora.EndToEnd.Tests.Harness;
using Aurora.InferenceBackend;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

[assembly: AssemblyFixture(typeof(Aurora.Client.Tests.Conformance.RealMesh))]

namespace Aurora.Client.Tests.Conformance;

/// <summary>One silo process on SQLite with a node of its own that runs scripts and has an inference server, and both libraries connected to it.</summary>
public sealed class RealMesh : IAsyncLifetime
{
    private readonly int orleansPort = FreePort.Take();
    private TestInferenceServer? backend;
    private MeshProcess? mesh;
    private IHost? orleans;
    private AuroraHttpMesh? http;

    public IAuroraMesh Http => http!;

    public IAuroraMesh Orleans => orleans!.Services.GetRequiredService<IAuroraMesh>();

    public Uri Url => mesh!.Url;

    public async ValueTask InitializeAsync()
    {
        backend = await TestInferenceServer.StartAsync();
        mesh = await MeshProcess.StartAsync(new MeshSettings
        {
            LocalNode = true,
            Environment = new Dictionary<string, string?> { ["AURORA_GPUS"] = "[]", ["AURORA_BACKENDS"] = backend.Url.ToString(), ["AURORA_BACKEND_PROBE_S"] = "1", ["AURORA_ALLOW_SCRIPTS"] = "any", ["AURORA_SCRIPT_RUNNER"] = "process", ["AURORA_GATEWAY_PORT"] = $"{orleansPort}" },
        });
        await mesh.Client.SeeNodeAsync(MeshSettings.NodeName);
        http = new AuroraHttpMesh(new AuroraHttpMeshOptions { Addresses = { mesh.Url } });

        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.UseOrleansClient(client => client.UseAuroraMesh(new IPEndPoint(IPAddress.Loopback, orleansPort)));
        orleans = builder.Build();
        await orleans.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (orleans is not null)
        {
            await orleans.StopAsync();
            orleans.Dispose();
        }

        http?.Dispose();
        if (mesh is not null)
        {
            await mesh.DisposeAsync();
        }

        if (backend is not null)
        {
            await backend.DisposeAsync();
        }
    }
}
