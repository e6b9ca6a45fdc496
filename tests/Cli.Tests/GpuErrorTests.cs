using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Cli.Tests;

/// <summary>What nodes tell of the errors of their GPUs reaches a person.</summary>
public sealed class GpuErrorTests
{
    [Fact]
    public async Task The_errors_of_a_GPU_are_listed_with_it_and_with_its_node()
    {
        await using var mesh = await MeshProcess.StartAsync();
        await using var node = await CountingNode.JoinAsync(mesh.Url, "counts");
        await Eventually.SeeAsync(
            "the mesh knows the errors",
            async () =>
            {
                await node.BeatAsync();
                return await mesh.Client.GetAsync("mesh/nodes");
            },
            answer => answer["nodes"]!["counts"]?["gpus"]?[0]?["errors"] is not null,
            () => mesh.Tail);

        Assert.Contains("xid 79: 1, ecc_corrected: 3", await RunAsync("gpu", "--mesh"), StringComparison.Ordinal);
        Assert.Contains("xid 79: 1, ecc_corrected: 3", await RunAsync("nodes"), StringComparison.Ordinal);
        Assert.Contains("\"xid\": 79", await RunAsync("nodes", "-o", "json"), StringComparison.Ordinal);

        async Task<string> RunAsync(params string[] arguments) => (await AuroraRun.RunAsync(["--server", mesh.Url.AbsoluteUri, .. arguments])).Expect(0).Out;
    }
}
