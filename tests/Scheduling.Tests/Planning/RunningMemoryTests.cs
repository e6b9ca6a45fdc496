using Aurora.Scheduling.Model;
using Aurora.Scheduling.Tests.Queueing;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

/// <summary>Hundreds of thousands of attempts may run at once, beside a million tasks that wait.</summary>
[Collection(nameof(QueueMemoryTests))]
public sealed class RunningMemoryTests
{
    private const int Nodes = 10;
    private const int PerNode = 2_000;

    // The id of 96 bytes, the task, its placement and why it was made, and a place in two tables: of all attempts and of the node's.
    private const int BytesPerAttemptMax = 450;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_attempt_that_runs_takes_little_memory(bool waitsFirst)
    {
        // The tables grow by doubling: as many once before show their size, and leave it.
        var planner = Planner();
        var gpu = new GpuFacts(0, "NVIDIA GeForce RTX 4090", PerNode * 4 * Gb);
        for (var node = 0; node < Nodes; node++)
        {
            planner.UpsertNode(Node($"node-{node}", PerNode, gpu, gpu), available: !waitsFirst);
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Nodes * PerNode; i++)
        {
            planner.Submit(Read(i), Start);
        }

        for (var node = 0; node < Nodes; node++)
        {
            planner.SetAvailable($"node-{node}", available: true);
        }

        planner.Drain(Start, int.MaxValue);

        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (Nodes * PerNode);
        TestContext.Current.SendDiagnosticMessage($"{each} bytes for each running attempt");
        Assert.Equal(Nodes * PerNode, planner.PlacedCount);
        Assert.InRange(each, 1, BytesPerAttemptMax);
    }

    /// <summary>As it is read back: every string is a copy of its own.</summary>
    private static PendingTask Read(int i) => Pending(
        $"task_01999999999979998999{i:000000000000}",
        Shape(gb: 1 + (i % 4), type: new string("RTX 4090".AsSpan()), taskType: new string("training".AsSpan())),
        i % 10,
        i / 60_000.0);
}
