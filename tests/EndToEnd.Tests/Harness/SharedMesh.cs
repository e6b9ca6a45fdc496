namespace Aurora.EndToEnd.Tests.Harness;

/// <summary>One mesh without a local node for all tests of a class; each test brings nodes and a GPU type of its own.</summary>
public sealed class SharedMesh : IAsyncLifetime
{
    private MeshProcess? mesh;

    internal MeshProcess Process => mesh!;

    internal MeshClient Client => Process.Client;

    internal Uri Url => Process.Url;

    public async ValueTask InitializeAsync() => mesh = await MeshProcess.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (mesh is not null)
        {
            await mesh.DisposeAsync();
        }
    }
}
