using Aurora.EndToEnd.Tests.Harness;

[assembly: AssemblyFixture(typeof(Aurora.Cli.Tests.OneNodeMesh))]

namespace Aurora.Cli.Tests;

/// <summary>A silo process with a node of one RTX 4090.</summary>
public sealed class OneNodeMesh : IAsyncLifetime
{
    private MeshProcess? mesh;

    public string Url => mesh!.Url.GetLeftPart(UriPartial.Authority);

    public async ValueTask InitializeAsync()
    {
        mesh = await MeshProcess.StartAsync(new MeshSettings
        {
            LocalNode = true,
            Environment = new Dictionary<string, string?> { ["AURORA_GPUS"] = """[{"type":"RTX 4090","memory_gb":24}]""", ["AURORA_BACKENDS"] = "off" },
        });
        await mesh.Client.SeeNodeAsync(MeshSettings.NodeName);
    }

    public ValueTask DisposeAsync() => mesh?.DisposeAsync() ?? ValueTask.CompletedTask;
}
