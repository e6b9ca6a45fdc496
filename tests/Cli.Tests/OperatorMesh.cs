using Aurora.EndToEnd.Tests.Harness;
using Aurora.InferenceBackend;

namespace Aurora.Cli.Tests;

/// <summary>A silo process whose node runs scripts and has an inference server; what is done to it reaches no other test.</summary>
public sealed class OperatorMesh : IAsyncLifetime
{
    private TestInferenceServer? backend;
    private MeshProcess? mesh;

    public string Url => mesh!.Url.GetLeftPart(UriPartial.Authority);

    public async ValueTask InitializeAsync()
    {
        backend = await TestInferenceServer.StartAsync();
        mesh = await MeshProcess.StartAsync(new MeshSettings
        {
            LocalNode = true,
            Environment = new Dictionary<string, string?>
            {
                ["AURORA_GPUS"] = "[]",
                ["AURORA_PRICE_PER_HOUR"] = "3600",
                ["AURORA_ON_DEMAND_PRICE_PER_HOUR"] = "7200",
                ["AURORA_BACKENDS"] = backend.Url.ToString(),
                ["AURORA_BACKEND_PROBE_S"] = "1",
                ["AURORA_ALLOW_SCRIPTS"] = "any",
                ["AURORA_SCRIPT_RUNNER"] = "process",
            },
        });
        await mesh.Client.SeeNodeAsync(MeshSettings.NodeName);
    }

    public async ValueTask DisposeAsync()
    {
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
