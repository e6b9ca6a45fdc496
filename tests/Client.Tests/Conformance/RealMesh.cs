using System.Net;
using Aurora.Client.Http;
using Aurora.EndToEnd.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

[assembly: AssemblyFixture(typeof(Aurora.Client.Tests.Conformance.RealMesh))]

namespace Aurora.Client.Tests.Conformance;

/// <summary>One silo process on SQLite with a node of its own, and both libraries connected to it.</summary>
public sealed class RealMesh : IAsyncLifetime
{
    private readonly int orleansPort = FreePort.Take();
    private MeshProcess? mesh;
    private IHost? orleans;
    private AuroraHttpMesh? http;

    public IAuroraMesh Http => http!;

    public IAuroraMesh Orleans => orleans!.Services.GetRequiredService<IAuroraMesh>();

    public Uri Url => mesh!.Url;

    public async ValueTask InitializeAsync()
    {
        mesh = await MeshProcess.StartAsync(new MeshSettings
        {
            LocalNode = true,
            Environment = new Dictionary<string, string?> { ["AURORA_GPUS"] = "[]", ["AURORA_BACKENDS"] = "off", ["AURORA_GATEWAY_PORT"] = $"{orleansPort}" },
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
    }
}
