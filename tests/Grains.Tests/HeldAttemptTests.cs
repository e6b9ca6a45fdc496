using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Nodes;
using Aurora.Scheduling.Accounting;
using Aurora.Scheduling.Model;

namespace Aurora.Grains.Tests;

/// <summary>What a node's grain keeps of each attempt that runs there.</summary>
[Collection(nameof(HeldAttemptTests))]
[CollectionDefinition(nameof(HeldAttemptTests), DisableParallelization = true)] // The memory of the whole process is measured.
public sealed class HeldAttemptTests
{
    private const int Attempts = 50_000;

    // The id of 96 bytes, the order, how far it is, and its place in the ledger.
    private const int BytesPerAttemptMax = 400;

    [Fact]
    public void An_attempt_takes_little_memory_however_large_its_payload_was()
    {
        var ledger = Fill();
        Assert.Equal(Attempts, ledger.HeldCount);

        // What their end gives back, one look after the other: meshes of tests before this one are still being collected.
        var full = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(ledger);
        ledger = null;
        var each = (full - GC.GetTotalMemory(forceFullCollection: true)) / Attempts;

        TestContext.Current.SendDiagnosticMessage($"{each} bytes for each attempt that a node holds");
        Assert.InRange(each, 1, BytesPerAttemptMax);
    }

    private static GpuLedger Fill()
    {
        var ledger = new GpuLedger(new NodeFacts("n", 1, [], Attempts, new HashSet<string>()));
        var now = DateTimeOffset.UtcNow;
        for (var i = 0; i < Attempts; i++)
        {
            var order = new AttemptAssignment($"task_01999999999979998999{i:000000000000}", 1, "test", 5, [], 0, "{}", new string('x', 2_000), now);
            var attempt = new HeldAttempt(order, default, now, watched: false);
            Assert.True(ledger.TryReserve(attempt, out _));
            attempt.Confirm();
        }

        return ledger;
    }

    [Fact]
    public void A_short_payload_is_kept_and_a_long_one_is_the_stores()
    {
        var (small, large) = (Held("""{"a":1}"""), Held($$"""{"a":"{{new string('x', 1_000)}}"}"""));

        small.Confirm();
        large.Confirm();

        Assert.Equal((false, """{"a":1}"""), (small.LacksPayload, small.Assignment.Payload));
        Assert.Equal((true, ""), (large.LacksPayload, large.Assignment.Payload));

        static HeldAttempt Held(string payload) =>
            new(new AttemptAssignment("t", 1, "test", 5, [], 0, "{}", payload, DateTimeOffset.UnixEpoch), default, DateTimeOffset.UnixEpoch, watched: false);
    }
}
