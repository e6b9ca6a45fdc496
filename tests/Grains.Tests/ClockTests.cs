using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Scheduling.Lifecycle;
using Aurora.Storage;

namespace Aurora.Grains.Tests;

/// <summary>A silo's clock that is set by an hour while time goes on as ever.</summary>
public sealed class ClockTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_clock_that_is_set_takes_no_work_from_a_node_that_is_there_and_hides_none_that_is_gone(int hours)
    {
        await using var mesh = new ClockedMesh();
        await mesh.InitializeAsync();
        await using var gone = await mesh.JoinAsync("gone", Given.Node(maxParallel: 1));
        var (fenced, _) = await mesh.SubmitAsync(Given.TestTask() with { Requirements = """{"on_disconnect":"kill"}""" });
        await gone.NextAssignmentAsync();
        await using var steady = await mesh.JoinAsync("steady");
        var (taskId, _) = await mesh.SubmitAsync();
        var order = await steady.NextAssignmentAsync();
        gone.FallSilent();

        mesh.Clock.Set(TimeSpan.FromHours(hours));

        await MeshCluster.EventuallyAsync(
            mesh.Scheduler.GetMeshAsync,
            seen => seen.Nodes.Single(node => node.NodeId == "gone").Status == "disconnected",
            "the silent node to be lost");

        // What the silent node ends by its own clock may still run there.
        mesh.Clock.Set(TimeSpan.FromHours(hours + 1));
        await mesh.LookAtEveryWaitAsync();

        Assert.Equal(("assigned", 1), ((await mesh.GetAsync(fenced)).Status, (await mesh.GetAsync(fenced)).Attempt));
        Assert.Equal(ReportVerdict.Accepted, await steady.CompleteAsync(order.Id));
        Assert.Equal(("completed", 1), ((await mesh.GetAsync(taskId)).Status, (await mesh.GetAsync(taskId)).Attempt));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_clock_that_is_set_ends_no_wait_early_and_makes_none_longer(int hours)
    {
        await using var mesh = new ClockedMesh();
        await mesh.InitializeAsync();
        await using var node = await mesh.JoinAsync("n", Given.Node(maxParallel: 32));
        var (waiting, _) = await mesh.SubmitAsync(Given.GpuTask(memoryGb: 1_000) with { Controls = Limits(new TaskTimeouts(QueueS: 3_000)) });
        var (assigned, _) = await mesh.SubmitAsync(Given.TestTask() with { Controls = Limits(new TaskTimeouts(StartS: 3_000)) });
        await node.NextAssignmentAsync();
        var (running, _) = await mesh.SubmitAsync(Given.TestTask() with { Controls = Limits(new TaskTimeouts(RunS: 3_000)) });
        await node.ReportAsync((await node.NextAssignmentAsync()).Id, AttemptReportKind.Started);

        // Of eight delays that are drawn from a minute one is not over after the few seconds that this takes.
        await mesh.FailUntilDelaysAreLongAsync(node, tasks: 8);

        mesh.Clock.Set(TimeSpan.FromHours(hours));
        await mesh.LookAtEveryWaitAsync();

        var again = 0;
        while (node.HasAssignment)
        {
            await node.NextAssignmentAsync();
            again++;
        }

        Assert.InRange(again, 0, 7);
        Assert.Equal(("queued", "assigned", "running"), ((await mesh.GetAsync(waiting)).Status, (await mesh.GetAsync(assigned)).Status, (await mesh.GetAsync(running)).Status));

        mesh.Clock.Pass(TimeSpan.FromMinutes(1));
        for (; again < 8; again++)
        {
            await node.NextAssignmentAsync();
        }

        mesh.Clock.Pass(TimeSpan.FromHours(1));
        await MeshCluster.EventuallyAsync(() => mesh.GetAsync(waiting), task => task.Status == "failed", "the wait to end when it is over");
        await MeshCluster.EventuallyAsync(() => mesh.GetAsync(assigned), task => task.LastError is not null, "the start to be given up when its time is over");
        await MeshCluster.EventuallyAsync(() => mesh.GetAsync(running), task => task.LastError is not null, "the run to end when its time is over");

        // A delay that a clock ahead had stored is no longer than the longest.
        var (far, _) = await mesh.SubmitAsync();
        await node.NextAssignmentAsync(far);
        var now = mesh.Clock.GetUtcNow();
        await mesh.Store.CommitAsync([new TaskOperation.Requeue(far, 1, "n", RetryState.Fresh, now.AddHours(1), "boom") { EndedAt = now }]);
        await mesh.ReplaceSchedulerAsync();
        mesh.Clock.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(2, (await node.NextAssignmentAsync(far)).Attempt);
    }

    private static TaskControls Limits(TaskTimeouts timeouts) => new() { Timeouts = timeouts };

    private sealed class ClockedMesh : MeshCluster
    {
        public AdjustedTime Clock { get; } = new();

        // As a silo has it.
        protected override TimeProvider Time => field ??= new ForwardClock(Clock);

        // Long enough that only the clock could make a beating node look silent.
        protected override TimeSpan LostAfter => TimeSpan.FromSeconds(5);

        /// <summary>Failures after which a delay is drawn from a minute.</summary>
        private const int LongDelaysFrom = 7;

        /// <summary>Returns with every one of these tasks waiting for its next attempt.</summary>
        public async Task FailUntilDelaysAreLongAsync(RecordingNode node, int tasks)
        {
            var ids = new HashSet<string>();
            for (var task = 0; task < tasks; task++)
            {
                ids.Add((await SubmitAsync(Given.TestTask() with { MaxAttempts = 100 })).TaskId);
            }

            for (var failures = 1; failures <= LongDelaysFrom; failures++)
            {
                for (var task = 0; task < tasks; task++)
                {
                    await node.ReportAsync((await node.NextAssignmentAsync()).Id, AttemptReportKind.Failed, error: "boom");
                }

                // A report is answered when it is committed, and a delay begins when the scheduler hears of it.
                await EventuallyAsync(
                    () => Scheduler.GetTasksOnAsync("n"),
                    placed => !placed.Any(task => ids.Contains(task.TaskId) && task.Attempt == failures),
                    "the scheduler to hear of every failure");
                if (failures < LongDelaysFrom)
                {
                    Clock.Pass(TimeSpan.FromMinutes(1));
                }
            }
        }

        /// <summary>Returns when the scheduler has ended twice what was over, and looked at its nodes.</summary>
        public async Task LookAtEveryWaitAsync()
        {
            for (var look = 0; look < 2; look++)
            {
                var (hasty, _) = await SubmitAsync(Given.GpuTask(memoryGb: 1_000) with { Controls = Limits(new TaskTimeouts(QueueS: 0.05)) });
                await EventuallyAsync(() => GetAsync(hasty), task => task.Status == "failed", "the short wait to be over");
            }
        }
    }
}
