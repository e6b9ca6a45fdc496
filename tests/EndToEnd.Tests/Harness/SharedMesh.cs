namespace Aurora.EndToEnd.Tests.Harness;

/// <summary>
/// One mesh without a local node for all tests of an assembly, or of a class that needs it empty; each test brings nodes of its own, and a GPU type, a
/// label or a model by which its tasks find them.
/// </summary>
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
