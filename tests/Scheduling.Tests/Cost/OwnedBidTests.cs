using Aurora.Scheduling.Cost;

namespace Aurora.Scheduling.Tests.Cost;

public sealed class OwnedBidTests
{
    [Theory]
    [InlineData(10, 0.5, true)]
    [InlineData(9, 0.9, false)]
    [InlineData(9, 1, true)]
    [InlineData(4, 1.9, false)]
    [InlineData(4, 2, true)]
    public void Owned_GPUs_are_bid_for_only_when_the_work_is_more_than_they_can_do(double hours, double saving, bool taken)
    {
        var bid = After(hours, ownedGpus: 1);
        bid.Observe(savingPerGpuHour: 2, gpuHours: 5);
        bid.Observe(savingPerGpuHour: 1, gpuHours: 4.9);

        Assert.Equal(taken, bid.Takes(saving, freeAfter: 0));
    }

    [Theory]
    [InlineData(1, 0.1, true)]
    [InlineData(0.75, 0.6, true)]
    [InlineData(0.75, 0.4, false)]
    [InlineData(0, 1.9, false)]
    public void The_last_owned_GPUs_are_left_to_those_that_save_most_and_empty_ones_are_taken_by_anybody(double freeAfter, double saving, bool taken)
    {
        var bid = After(hours: 10, ownedGpus: 4);
        bid.Observe(savingPerGpuHour: 2, gpuHours: 400);

        Assert.Equal(taken, bid.Takes(saving, freeAfter));
    }

    [Fact]
    public void Work_of_long_ago_is_forgotten_and_what_is_remembered_can_be_handed_on()
    {
        var bid = After(hours: 10, ownedGpus: 1);
        bid.Observe(savingPerGpuHour: 2, gpuHours: 1_000);
        var other = new OwnedBid(overbooking: 1);
        other.SetAs(bid.Memory());
        Assert.False(other.Takes(1, freeAfter: 0));

        for (var day = 1; day <= 365; day++)
        {
            other.Advance(10 + (24 * day), ownedGpus: 1);
        }

        Assert.True(other.Takes(1, freeAfter: 0));
        Assert.False(bid.Takes(1, freeAfter: 0));
    }

    private static OwnedBid After(double hours, double ownedGpus)
    {
        var bid = new OwnedBid(overbooking: 1);
        bid.Advance(0, ownedGpus);
        bid.Advance(hours, ownedGpus);
        return bid;
    }
}
