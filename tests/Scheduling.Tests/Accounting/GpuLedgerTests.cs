using Aurora.Scheduling.Accounting;
using Aurora.Scheduling.Model;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Accounting;

public sealed class GpuLedgerTests
{
    [Fact]
    public void A_gpu_is_shared_while_its_memory_allows()
    {
        var ledger = new GpuLedger(Node("n", 9, Gpu("A", 24)));

        Assert.True(ledger.TryReserve("a", 1, [0], 10 * Gb, out _));
        Assert.True(ledger.TryReserve("b", 1, [0], 14 * Gb, out _));
        Assert.False(ledger.TryReserve("c", 1, [0], 1, out var refusal));

        Assert.Equal("gpu_memory_not_free", refusal.Code);
        Assert.Equal((24 * Gb, 0L, 2), (ledger.ReservedBytes(0), ledger.FreeBytes(0), ledger.HeldCount));
        ledger.CheckInvariants();
    }

    [Theory]
    [InlineData(null, 0, 100)] // unmeasured: reservations only
    [InlineData(7L, 0, 100)] // below the head-room of 8
    [InlineData(8L, 0, 92)] // at the head-room it is somebody's
    [InlineData(30L, 0, 70)]
    [InlineData(30L, 40, 60)] // the larger of both, since a measure contains what attempts use
    [InlineData(50L, 40, 50)]
    [InlineData(120L, 0, 0)] // never negative
    public void Free_is_nominal_less_the_larger_of_reserved_and_measured(long? measured, long reserved, long free)
    {
        var ledger = new GpuLedger(Node("n", 9, Gpu("A", 100)));
        Assert.True(ledger.TryReserve("a", 1, [0], reserved * Gb, out _));

        ledger.Observe(Load(0, new GpuLoad(0, measured * Gb, null)));

        Assert.Equal(free * Gb, ledger.FreeBytes(0));
    }

    [Fact]
    public void A_release_takes_the_attempt_out_of_the_last_measure()
    {
        var ledger = new GpuLedger(Node("n", 9, Gpu("A", 100)));
        Assert.True(ledger.TryReserve("a", 1, [0], 40 * Gb, out _));
        ledger.Observe(Load(0, new GpuLoad(0, 60 * Gb, null)));

        Assert.True(ledger.Release("a", 1));

        Assert.Equal(80 * Gb, ledger.FreeBytes(0)); // 100 - (60 - 40)
    }

    [Fact]
    public void A_later_observation_replaces_the_whole_earlier_one()
    {
        var ledger = new GpuLedger(Node("n", 9, Gpu("A", 100), Gpu("A", 100)));
        ledger.Observe(Load(0, new GpuLoad(0, 60 * Gb, null), new GpuLoad(7, 60 * Gb, null)));

        ledger.Observe(Load(0, new GpuLoad(1, 20 * Gb, null)));

        Assert.Equal((100 * Gb, 80 * Gb), (ledger.FreeBytes(0), ledger.FreeBytes(1)));
    }

    [Fact]
    public void Several_gpus_are_reserved_together_or_not_at_all()
    {
        var ledger = new GpuLedger(Node("n", 9, Gpu("A", 24), Gpu("A", 8)));

        Assert.False(ledger.TryReserve("a", 1, [0, 1], 9 * Gb, out _));
        Assert.False(ledger.TryReserve("a", 1, [0, 0], 1 * Gb, out var twice));
        Assert.False(ledger.TryReserve("a", 1, [0, 2], 1 * Gb, out var unknown));

        Assert.Equal(("no_such_gpu", "no_such_gpu"), (twice.Code, unknown.Code));
        Assert.Equal((0L, 0L, 0), (ledger.ReservedBytes(0), ledger.ReservedBytes(1), ledger.HeldCount));
    }

    [Fact]
    public void Attempts_beyond_the_slots_are_refused_with_or_without_a_gpu()
    {
        var ledger = new GpuLedger(Node("n", 1));
        Assert.True(ledger.TryReserve("a", 1, [], 0, out _));

        Assert.False(ledger.TryReserve("b", 1, [], 0, out var refusal));

        Assert.Equal("no_free_slot", refusal.Code);
    }

    [Fact]
    public void Repeating_a_reservation_changes_nothing_and_another_attempt_is_refused()
    {
        var ledger = new GpuLedger(Node("n", 9, Gpu("A", 24)));
        Assert.True(ledger.TryReserve("a", 2, [0], 20 * Gb, out _));

        Assert.True(ledger.TryReserve("a", 2, [0], 20 * Gb, out _));
        Assert.False(ledger.TryReserve("a", 3, [0], 1 * Gb, out var refusal));

        Assert.Equal("task_held_already", refusal.Code);
        Assert.Equal((20 * Gb, 1), (ledger.ReservedBytes(0), ledger.HeldCount));
    }

    [Fact]
    public void A_release_under_another_attempt_number_frees_nothing()
    {
        var ledger = new GpuLedger(Node("n", 9, Gpu("A", 24)));
        Assert.True(ledger.TryReserve("a", 2, [0], 20 * Gb, out _));

        Assert.False(ledger.Release("a", 1));
        Assert.False(ledger.Release("b", 2));

        Assert.Equal(20 * Gb, ledger.ReservedBytes(0));
    }

    [Fact]
    public void What_is_held_stays_held_when_the_node_shrinks_and_grows_back()
    {
        var large = Node("n", 2, Gpu("A", 24), Gpu("A", 24));
        var ledger = new GpuLedger(large);
        Assert.True(ledger.TryReserve("a", 1, [0, 1], 20 * Gb, out _));

        ledger.ReplaceFacts(Node("n", 1, Gpu("A", 8)));
        Assert.Equal((0L, 0, 1), (ledger.FreeBytes(0), ledger.FreeSlots, ledger.HeldCount));
        ledger.CheckInvariants();

        ledger.ReplaceFacts(large);
        Assert.Equal((4 * Gb, 4 * Gb), (ledger.FreeBytes(0), ledger.FreeBytes(1)));
        Assert.True(ledger.Release("a", 1));
        Assert.Equal((24 * Gb, 24 * Gb), (ledger.FreeBytes(0), ledger.FreeBytes(1)));
        ledger.CheckInvariants();
    }

    [Fact]
    public void Taking_over_records_more_than_the_node_has()
    {
        var ledger = new GpuLedger(Node("n", 1, Gpu("A", 8)));

        ledger.TakeOver("a", 1, [0], 6 * Gb);
        ledger.TakeOver("b", 1, [0, 5], 6 * Gb);
        ledger.TakeOver("b", 2, [0], 1 * Gb);

        Assert.Equal((12 * Gb, 0L, 0, 2), (ledger.ReservedBytes(0), ledger.FreeBytes(0), ledger.FreeSlots, ledger.HeldCount));
        ledger.CheckInvariants();
    }
}
