using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Scheduling.Planning;

namespace Aurora.Grains.Tests;

public sealed class QueueLimitTests
{
    [Fact]
    public async Task A_pool_takes_no_more_than_may_wait_and_goes_on_when_there_is_room()
    {
        await using var mesh = new ShortQueue();
        await mesh.InitializeAsync();
        NewTask[] tasks = [.. Enumerable.Range(1, 3).Select(number => new NewTask($"task_{number}", Given.GpuTask(memoryGb: 4), Watched: false))];

        var outcomes = await mesh.Scheduler.SubmitAsync(tasks);
        var repeated = await mesh.Scheduler.SubmitAsync(tasks);

        Assert.Equal(["queued", "queued", "refused"], outcomes.Select(outcome => outcome.Status));
        Assert.Equal("pool 'default' has as many tasks in line as it may have, 2", outcomes[2].Message);
        Assert.Equal(["queued", "queued", "refused"], repeated.Select(outcome => outcome.Status));
        Assert.Null(await mesh.Store.GetAsync("task_3", CancellationToken.None));

        await mesh.Scheduler.CancelAsync("task_1");
        Assert.Equal("queued", (await mesh.Scheduler.SubmitAsync([tasks[2]]))[0].Status);
    }

    private sealed class ShortQueue : MeshCluster
    {
        protected override PlannerSettings Planner { get; } = new() { QueuedMax = 2 };
    }
}
