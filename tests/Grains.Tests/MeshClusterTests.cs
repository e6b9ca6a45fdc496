namespace Aurora.Grains.Tests;

public sealed class MeshClusterTests
{
    [Fact]
    public async Task A_silo_that_does_not_start_fails_its_test_and_says_what_it_logged()
    {
        await using var mesh = new MeshCluster();
        await mesh.InitializeAsync();

        var late = await Assert.ThrowsAsync<TimeoutException>(
            () => mesh.StartAsync(() => Task.Delay(Timeout.InfiniteTimeSpan, TestContext.Current.CancellationToken), TimeSpan.Zero));

        Assert.StartsWith("The silo did not start within 0 s. It logged last:", late.Message, StringComparison.Ordinal);
        Assert.Contains("Information Orleans", late.Message, StringComparison.Ordinal);
    }
}
