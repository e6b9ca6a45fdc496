using Aurora.Scheduling.QueuePolicy;

namespace Aurora.Scheduling.Tests.QueuePolicy;

public sealed class QueueRoundTests
{
    private static readonly QueuePolicySettings Preempting = QueueProfiles.ShortestRemaining with { EfficiencyFloor = 0 };

    [Fact]
    public void A_strict_head_that_does_not_fit_blocks_everybody_behind_it()
    {
        GpuNode[] nodes = [new(0, 4)];
        QueuedTask[] tasks = [Task(0, 2, at: [new(0, 2)]), Task(1, 4), Task(2, 1)];

        var plan = new QueueRound(new QueuePolicySettings { StrictHead = true }).Plan(tasks, nodes);

        Assert.Empty(plan.Starts);
        Assert.Empty(plan.Stops);
    }

    [Fact]
    public void A_shorter_task_takes_the_GPUs_of_the_longest_one()
    {
        GpuNode[] nodes = [new(0, 1), new(0, 1)];
        QueuedTask[] tasks =
        [
            Task(0, 1, remaining: 100_000, at: [new(0, 1)]), Task(1, 1, remaining: 900_000, at: [new(1, 1)]), Task(2, 1, remaining: 10),
        ];

        var plan = new QueueRound(Preempting).Plan(tasks, nodes);

        Assert.Equal(tasks[1], Assert.Single(plan.Stops));
        var start = Assert.Single(plan.Starts);
        Assert.Equal(tasks[2], start.Task);
        Assert.Equal([new GpuShare(1, 1)], start.Place);
    }

    [Fact]
    public void Nobody_is_preempted_where_preemption_is_off()
    {
        GpuNode[] nodes = [new(0, 1)];
        QueuedTask[] tasks = [Task(0, 1, remaining: 900_000, at: [new(0, 1)]), Task(1, 1, remaining: 10)];

        var plan = new QueueRound(Preempting with { Preemptive = false }).Plan(tasks, nodes);

        Assert.Empty(plan.Stops);
        Assert.Empty(plan.Starts);
    }

    [Fact]
    public void A_gain_smaller_than_the_restart_preempts_nobody()
    {
        GpuNode[] nodes = [new(0, 1)];
        var waiting = Task(1, 1, remaining: 990);
        waiting.AttainedGpuSeconds = 1;

        var plan = new QueueRound(Preempting).Plan([Task(0, 1, remaining: 1_000, at: [new(0, 1)]), waiting], nodes);

        Assert.Empty(plan.Stops);
    }

    [Fact]
    public void A_task_moves_to_a_faster_free_GPU_where_that_earns_back_the_restart()
    {
        GpuNode[] nodes = [new(0, 1), new(1, 1)];
        var stays = Task(0, 1, remaining: 40, at: [new(0, 1)], speeds: [0.5, 1]);
        var moves = Task(0, 1, remaining: 4_000, at: [new(0, 1)], speeds: [0.5, 1]);

        Assert.Empty(new QueueRound(Preempting).Plan([stays], nodes).Starts);
        var plan = new QueueRound(Preempting).Plan([moves], nodes);

        Assert.Equal(moves, Assert.Single(plan.Stops));
        Assert.Equal([new GpuShare(1, 1)], Assert.Single(plan.Starts).Place);
    }

    [Fact]
    public void A_task_below_the_efficiency_floor_waits_for_a_better_type()
    {
        GpuNode[] nodes = [new(0, 1), new(1, 1)];
        QueuedTask[] tasks = [Task(0, 1, at: [new(1, 1)], speeds: [0.1, 1]), Task(1, 1, speeds: [0.1, 1])];

        var plan = new QueueRound(new QueuePolicySettings { EfficiencyFloor = 0.2 }).Plan(tasks, nodes);

        Assert.Empty(plan.Starts);
    }

    [Fact]
    public void A_task_larger_than_a_node_takes_whole_nodes_of_one_type()
    {
        GpuNode[] nodes = [new(0, 8), new(1, 8), new(1, 8)];

        var plan = new QueueRound(new QueuePolicySettings()).Plan([Task(0, 16, speeds: [1, 0.5])], nodes);

        Assert.Equal([new GpuShare(1, 8), new GpuShare(2, 8)], Assert.Single(plan.Starts).Place);
    }

    [Fact]
    public void Shortest_remaining_order_asks_for_the_duration()
    {
        var refusal = Assert.Throws<ArgumentException>(() => new QueueRound(Preempting).Plan([Task(0, 1, remaining: null)], [new(0, 1)]));

        Assert.Contains("RemainingSeconds", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5)]
    public void Whatever_the_snapshot_no_node_is_overbooked_and_no_fitting_task_is_left_waiting(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 200; round++)
        {
            var nodes = Enumerable.Range(0, random.Next(1, 6)).Select(_ => new GpuNode(random.Next(2), 8)).ToArray();
            var tasks = Enumerable.Range(0, random.Next(1, 30))
                .Select(ordinal => Task(ordinal, 1 << random.Next(5), random.Next(1, 100_000), speeds: [1, 0.5])).ToArray();
            var first = new QueueRound(new QueuePolicySettings()).Plan(tasks, nodes);
            foreach (var (task, place) in first.Starts)
            {
                task.Place = place;
                task.AttainedGpuSeconds = random.Next(100_000);
            }

            foreach (var settings in new[] { Preempting, QueueProfiles.LeastAttained with { EfficiencyFloor = 0 } })
            {
                var plan = new QueueRound(settings).Plan(tasks, nodes);
                var again = new QueueRound(settings).Plan(tasks, nodes);
                var held = Held(tasks, plan);

                Assert.Equal(plan.Starts.Select(start => start.Task), again.Starts.Select(start => start.Task));
                Assert.All(nodes.Index(), node => Assert.InRange(held.GetValueOrDefault(node.Index), 0, node.Item.Gpus));
                Assert.All(
                    tasks.Where(task => task.Gpus <= 8 && !Runs(task, plan)),
                    task => Assert.All(nodes.Index(), node => Assert.True(node.Item.Gpus - held.GetValueOrDefault(node.Index) < task.Gpus)));
            }
        }
    }

    private static bool Runs(QueuedTask task, QueuePlan plan) =>
        plan.Starts.Any(start => start.Task == task) || (task.IsRunning && !plan.Stops.Contains(task));

    private static Dictionary<int, int> Held(QueuedTask[] tasks, QueuePlan plan) =>
        tasks.Where(task => task.IsRunning && !plan.Stops.Contains(task)).SelectMany(task => task.Place)
            .Concat(plan.Starts.SelectMany(start => start.Place))
            .GroupBy(share => share.Node)
            .ToDictionary(group => group.Key, group => group.Sum(share => share.Gpus));

    private static QueuedTask Task(
        int ordinal, int gpus, double? remaining = 100, GpuShare[]? at = null, double[]? speeds = null) => new()
        {
            Ordinal = ordinal,
            SubmittedSeconds = ordinal,
            Gpus = gpus,
            SpeedByType = speeds ?? [1, 1],
            RemainingSeconds = remaining,
            Place = at ?? [],
        };
}
