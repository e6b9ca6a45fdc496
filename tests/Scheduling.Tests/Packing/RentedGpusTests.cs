using Aurora.Scheduling.Packing;

namespace Aurora.Scheduling.Tests.Packing;

public sealed class RentedGpusTests
{
    private static readonly PackDemand Half = new(0, 0, 1, 500, false, PackDemand.AnyType);
    private static readonly PackDemand Whole = new(0, 0, 1, 0, true, PackDemand.AnyType);
    private readonly RentedGpus rented = new(unitsPerGpu: 1000, keepIdleSeconds: 300);

    [Fact]
    public void A_shared_task_joins_the_task_that_has_run_longest()
    {
        Assert.Equal([0], rented.Take(1, Half, nowSeconds: 0));
        Assert.Equal([0], rented.Take(2, Half, 10));
        Assert.Equal([1], rented.Take(3, Half, 20));
        rented.Return(2, [0], 30);

        Assert.Equal([0], rented.Take(4, Half, 40));
    }

    [Fact]
    public void An_idle_GPU_is_used_again_within_its_time_and_not_after()
    {
        rented.Take(1, Whole, 0);
        rented.Return(1, [0], 100);

        Assert.Equal([0], rented.Take(2, Whole, 399));
        rented.Return(2, [0], 500);
        Assert.Equal([1], rented.Take(3, Whole, 800));
        Assert.Equal(500, rented.All[0].IdleSince);
    }

    [Fact]
    public void A_whole_GPU_is_never_shared()
    {
        rented.Take(1, Half, 0);

        Assert.Equal([1], rented.Take(2, Whole, 1));
        Assert.Equal([0], rented.Take(3, Half, 2));
        Assert.Equal([2], rented.Take(4, Half, 3));
    }
}
