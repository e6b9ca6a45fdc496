using Aurora.Client.Http;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Client.Tests;

public sealed class GatewayDeathTests
{
    [Fact]
    public async Task A_watch_outlives_the_death_of_its_gateway()
    {
        await using var process = await MeshProcess.StartAsync();
        using var mesh = new AuroraHttpMesh(new AuroraHttpMeshOptions { Addresses = { process.Url }, TriesMax = 20, RetryDelayMax = TimeSpan.FromSeconds(5) });
        var handle = await mesh.SubmitAsync(new TestRequest(), cancellationToken: TestContext.Current.CancellationToken);
        var seen = new List<string>();
        await foreach (var happened in handle.WatchAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            seen.Add(happened.Kind);
            if (seen.Count == 1)
            {
                await process.KillAsync();
                await process.StartAgainAsync();
                await handle.CancelAsync(TestContext.Current.CancellationToken);
            }
        }

        // The log of events was in the memory of the process: what went missing is said, and the rest is told from what is stored.
        Assert.Equal(("task.submitted", "task.cancelled"), (seen[0], seen[^1]));
        Assert.Contains(MeshEvent.Gap, seen);
    }
}
