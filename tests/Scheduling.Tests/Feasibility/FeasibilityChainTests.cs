using Aurora.Scheduling.Feasibility;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Feasibility;

public sealed class FeasibilityChainTests
{
    private static readonly NodeFacts TwoCards =
        Node("n", 2, Gpu("NVIDIA GeForce RTX 4090", 24), Gpu("NVIDIA A40", 48));

    public static TheoryData<string, TaskShape, string, bool> Refused => new()
    {
        { "task_type_not_announced", Shape(taskType: "render"), "'render'; it runs test, training", true },
        { "too_few_gpus", Shape(gpus: 3), "needs 3 GPUs on one node; this one has 2", true },
        { "gpu_type_mismatch", Shape(type: "H100"), "needs 1 GPU of type 'H100'; 0 match of NVIDIA A40, NVIDIA GeForce RTX 4090", true },
        { "gpu_type_mismatch", Shape(gpus: 2, type: "A40"), "needs 2 GPUs of type 'A40'; 1 match", true },
        { "gpu_memory_too_small", Shape(gb: 49), "needs 49 GB on one GPU; this node has 48 GB", true },
        { "gpu_memory_too_small", Shape(gpus: 2, gb: 25), "needs 25 GB on each of 2 GPUs; this node has 24 GB", true },
        { "gpu_memory_too_small", Shape(gb: 25, type: "4090"), "needs 25 GB on one GPU; this node has 24 GB", true },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Each_lack_is_one_refusal_with_the_numbers(string code, TaskShape shape, string words, bool permanent)
    {
        var refusal = Assert.Single(FeasibilityChain.RefusalsOf(shape, Open(TwoCards)));

        Assert.Equal((code, permanent), (refusal.Code, refusal.Permanent));
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 48, null)]
    [InlineData(2, 24, null)]
    [InlineData(1, 24, "RTX 4090")]
    [InlineData(0, 999, "H100")]
    public void A_node_that_has_everything_refuses_nothing(int gpus, long gb, string? type) =>
        Assert.Empty(FeasibilityChain.RefusalsOf(Shape(gpus, gb, type), Open(TwoCards)));

    [Fact]
    public void Memory_that_others_hold_is_a_refusal_that_waiting_helps()
    {
        var node = Open(TwoCards);
        Assert.True(node.Ledger.TryReserve("other", 1, [1], 40 * Gb, out _));

        var refusal = Assert.Single(FeasibilityChain.RefusalsOf(Shape(gb: 25), node));

        Assert.Equal(("gpu_memory_not_free", false), (refusal.Code, refusal.Permanent));
        Assert.Equal("needs 25 GB free on one GPU; now 24 GB are free there", refusal.Message);
    }

    [Fact]
    public void A_node_without_a_slot_refuses_for_now()
    {
        var node = Open(TwoCards);
        Assert.True(node.Ledger.TryReserve("one", 1, [], 0, out _));
        Assert.True(node.Ledger.TryReserve("two", 1, [], 0, out _));

        var refusal = Assert.Single(FeasibilityChain.RefusalsOf(Shape(), node));

        Assert.Equal(("no_free_slot", false), (refusal.Code, refusal.Permanent));
        Assert.Contains("holds 2 of the 2 attempts", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unavailable_node_says_so_beside_what_it_lacks()
    {
        var node = new TrackedNode(TwoCards, 0);

        Assert.Equal(
            ["node_unavailable", "too_few_gpus"],
            FeasibilityChain.RefusalsOf(Shape(gpus: 3), node).Select(refusal => refusal.Code));
    }

    private static TrackedNode Open(NodeFacts facts) => new(facts, 0) { Joined = true, Available = true };
}
