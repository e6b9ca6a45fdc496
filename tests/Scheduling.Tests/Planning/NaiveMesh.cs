using System.Globalization;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

/// <summary>
/// Drives a planner and decides the slow way beside it: it sorts everything that waits and asks every node's checks
/// about every task.
/// </summary>
internal sealed class NaiveMesh(PlacementProfile profile, QueueProfile queue = QueueProfile.Fair)
{
    private static readonly NodeFacts[] Facts =
    [
        Node("a", 1, Gpu("NVIDIA GeForce RTX 4090", 24)) with { Host = new HostShare(4_000, 16 * Gb), Labels = Labels("zone", "x") },
        Node("b", 3, Gpu("NVIDIA A40", 48), Gpu("NVIDIA A40", 48)) with { Host = new HostShare(6_000, 32 * Gb), Labels = Labels("zone", "y"), Price = new NodePrice(NodeTenure.Spot, 0.8), Links = GpuLinks.Of([["X", "NV4"], ["NV4", "X"]]) },
        Node("c", 2),
        Node("d", 4, Gpu("NVIDIA RTX A4000", 16), Gpu("NVIDIA H100", 80), Gpu("NVIDIA H100", 80)) with
        {
            TaskTypes = new HashSet<string> { "training", "render" },
            Links = GpuLinks.Of([["X", "SYS", "PIX"], ["SYS", "X", null], ["PIX", null, "X"]]),
        },
    ];

    // Four levels of 48 days, and 32 hours for each of 32 GPUs.
    private const double PriorityDays = (4 * 48) + (32 * 32 / 24.0);

    private static readonly string?[] GpuTypes = [null, null, null, "A40", "H100", "nothing"];
    private static readonly string[] TaskTypes = ["training", "training", "test", "render"];

    private readonly MeshPlanner planner = new(new PlannerSettings { Profile = profile, Queue = queue });
    private readonly List<PendingTask> waiting = [];
    private readonly List<Placement> placed = [];
    private int submitted;

    public List<string> Decisions { get; } = [];

    public void Apply(int kind, int a, int b, int c)
    {
        switch (kind)
        {
            case <= 6:
                Submit(NewTask(a, b, c));
                break;
            case 7:
                var queued = NewTask(a, b, c);
                planner.Enqueue(queued);
                waiting.Add(queued);
                break;
            case 8 or 9:
                planner.UpsertNode(Facts[a % Facts.Length], available: b % 4 != 0);
                break;
            case 10:
                planner.SetAvailable(Facts[a % Facts.Length].NodeId, b % 3 != 0);
                break;
            case 11 or 12:
                planner.ObserveLoad(
                    Facts[a % Facts.Length].NodeId,
                    Load(b / 1000.0, new GpuLoad(0, c % 5 == 0 ? null : c % 60 * Gb, b / 1000.0), new GpuLoad(1, b % 60 * Gb, null)));
                break;
            case <= 15 when placed.Count > 0:
                var ended = placed[a % placed.Count];
                Assert.True(planner.Release(ended.Task.TaskId, ended.Attempt));
                placed.Remove(ended);
                break;
            case 16 when placed.Count > 0:
                var lost = placed[a % placed.Count];
                Assert.True(planner.Requeue(lost.Task.TaskId, lost.Attempt));
                placed.Remove(lost);
                waiting.Add(lost.Task with { Attempt = lost.Attempt });
                break;
            case 17 when waiting.Count > 0:
                var cancelled = waiting[a % waiting.Count];
                Assert.True(planner.Dequeue(cancelled.TaskId));
                waiting.Remove(cancelled);
                break;
            default:
                DrainOneByOne(1 + (a % 5));
                break;
        }

        Assert.Equal((waiting.Count, placed.Count), (planner.QueuedCount, planner.PlacedCount));
    }

    public void DrainOneByOne(int limit)
    {
        for (var count = 0; count < limit; count++)
        {
            var expected = FirstFeasible();
            var drained = planner.Drain(Start, 1);
            Assert.Equal(expected?.TaskId, drained.SingleOrDefault()?.Task.TaskId);
            if (expected is null)
            {
                return;
            }

            waiting.Remove(expected);
            Take(drained[0]);
        }
    }

    public void CheckCapacity()
    {
        planner.CheckInvariants();
        foreach (var node in planner.Nodes)
        {
            var here = placed.Where(placement => placement.NodeId == node.Facts.NodeId).ToList();
            Assert.True(here.Count <= node.Facts.MaxParallel);
            for (var gpu = 0; gpu < node.Facts.Gpus.Count; gpu++)
            {
                var reserved = here.Where(placement => placement.Gpus.Contains(gpu)).Sum(placement => placement.Task.Shape.MemoryBytesPerGpu);
                Assert.Equal(reserved, node.ReservedBytes[gpu]);
                Assert.True(reserved <= node.Facts.Gpus[gpu].MemoryBytes);
            }

            Assert.True(here.Sum(placement => placement.Task.Shape.Host.CpuMilli) <= node.Facts.Host.CpuMilli);
            Assert.True(here.Sum(placement => placement.Task.Shape.Host.MemoryBytes) <= node.Facts.Host.MemoryBytes);
            var groups = here.Select(placement => placement.Task.Shape.AntiAffinity).OfType<string>().ToList();
            Assert.Equal(groups.Distinct(), groups);
            Assert.All(here, placement => Assert.Empty(placement.Task.Shape.Labels.MissingIn(node.Facts.Labels)));
        }
    }

    public void CheckThatNothingFeasibleWaits()
    {
        foreach (var (task, place) in waiting.OrderBy(Key).Select((task, place) => (task, place)))
        {
            var explanation = planner.Explain(task.TaskId, Start)!;
            Assert.Equal(place + 1, explanation.QueuePosition);
            Assert.All(explanation.Nodes, node => Assert.NotEmpty(node.Refusals));
            Assert.DoesNotContain("waits for its turn", explanation.Summary, StringComparison.Ordinal);
        }
    }

    private void Submit(PendingTask task)
    {
        var before = FirstFeasible();
        var placement = planner.Submit(task, Start);
        if (placement is not null)
        {
            Assert.True(before is null || Key(task).CompareTo(Key(before)) < 0, "A newcomer took a place before its turn.");
            Take(placement);
            return;
        }

        waiting.Add(task);
        Assert.True(before is not null || !IsFeasible(task), "A newcomer that fits was queued with nobody before it.");
        Decisions.Add($"{task.TaskId} waits: {planner.WhyWaiting(task.Shapes)}");
    }

    private void Take(Placement placement)
    {
        placed.Add(placement);
        Assert.Equal(placement.Task.Shape.GpuCount, placement.Gpus.Distinct().Count());
        Decisions.Add($"{placement.Task.TaskId} attempt {placement.Attempt} on {placement.NodeId} {string.Join(',', placement.Gpus)}");
    }

    private PendingTask? FirstFeasible() => waiting.OrderBy(Key).FirstOrDefault(IsFeasible);

    private bool IsFeasible(PendingTask task)
    {
        var explanation = planner.Explain(task.TaskId, Start)!;
        Assert.All(explanation.Nodes, node => Assert.Equal(node.Refusals.Count == 0, node.Score is >= 0 and <= 1));
        return explanation.Nodes.Any(node => node.Refusals.Count == 0);
    }

    // Nothing attains service here: no time passes.
    private (long Turn, DateTimeOffset SubmittedAt, string TaskId) Key(PendingTask task) => queue is QueueProfile.LeastAttained
        ? (task.SubmittedAt.AddHours(32 * Math.Max(1, task.Shapes[0].GpuCount) * task.Shapes[0].Nodes).AddDays(-PriorityDays * task.Priority).UtcTicks, task.SubmittedAt, task.TaskId)
        : (task.SubmittedAt.AddMinutes(-10 * task.Priority).UtcTicks, task.SubmittedAt, task.TaskId);

    private PendingTask NewTask(int a, int b, int c)
    {
        var shape = Shape(a % 4 % 3, b % 90, GpuTypes[c % GpuTypes.Length], TaskTypes[c % TaskTypes.Length]) with
        {
            Host = a >= 700 ? new HostShare(a % 7 * 1_000, b % 24 * Gb) : default,
            Labels = b >= 800 ? Labels("zone", b % 2 == 0 ? "x" : "y") : LabelSet.None,
            AntiAffinity = c >= 700 ? "g" + (c % 2) : null,
        };
        return Pending((submitted++).ToString("'t'0000", CultureInfo.InvariantCulture), shape, a % 11, b % 200) with
        {
            AnyOf = a is >= 500 and < 700 ? [shape, Shape(1 + (b % 2), c % 50, taskType: shape.TaskType)] : [],
        };
    }

    private static LabelSet Labels(string key, string value) => LabelSet.Of([new(key, value)]);
}
