using Aurora.Scheduling.Cost;

namespace Aurora.Scheduling.Tests.Cost;

public sealed class CheapestInTimeTests
{
    private static readonly RentalOffer[] Offers = [new("fast/od", 2, 0), new("slow/od", 0.5, 0), new("fast/spot", 0.6, 0.05)];
    private static readonly CheapestInTime Chooser = new(Offers, new InterruptionModel());

    [Fact]
    public void The_cheapest_offer_that_keeps_the_deadline_is_taken()
    {
        Assert.Equal(1, Chooser.Choose(1, 3_600, [1, 0.5, 0], dueSeconds: 7_200).Offer);
        Assert.Equal(0, Chooser.Choose(1, 3_600, [1, 0.5, 0], dueSeconds: 7_199).Offer);
    }

    [Fact]
    public void Interruptible_GPUs_need_slack_for_more_interruptions_than_expected()
    {
        Assert.Equal(2, Chooser.Choose(8, 36_000, [1, 0, 1], dueSeconds: 72_000).Offer);
        Assert.Equal(0, Chooser.Choose(8, 36_000, [1, 0, 1], dueSeconds: 36_100).Offer);
    }

    [Fact]
    public void Where_no_offer_is_in_time_the_soonest_is_taken() =>
        Assert.Equal(0, Chooser.Choose(1, 3_600, [1, 0.5, 1], dueSeconds: 10).Offer);

    [Fact]
    public void An_offer_with_a_negative_price_is_refused_by_name()
    {
        var refusal = Assert.Throws<ArgumentException>(() => new CheapestInTime([new("x", -1, 0)], new InterruptionModel()));

        Assert.Equal(nameof(RentalOffer.UsdPerGpuHour), refusal.ParamName);
    }

    [Fact]
    public void Owned_GPUs_are_bid_for_only_when_the_work_is_more_than_they_can_do()
    {
        var bid = new OwnedBid(ownedGpus: 1, overbooking: 1);
        bid.Observe(usdPerGpuHour: 2, gpuHours: 5);
        bid.Observe(usdPerGpuHour: 1, gpuHours: 5);

        Assert.Equal(0, bid.UsdPerGpuHour(elapsedHours: 10, freeAfter: 0));
        Assert.Equal(1, bid.UsdPerGpuHour(elapsedHours: 9, freeAfter: 0));
        Assert.Equal(2, bid.UsdPerGpuHour(elapsedHours: 4, freeAfter: 0));
    }

    [Fact]
    public void The_last_owned_GPUs_are_left_to_those_that_save_most_and_empty_ones_are_taken_by_anybody()
    {
        var bid = new OwnedBid(ownedGpus: 4, overbooking: 1);
        bid.Observe(usdPerGpuHour: 2, gpuHours: 400);

        Assert.Equal([2, 1.5, 0.5, 0, 2], new[] { 0, 1, 3, 4, -1 }.Select(free => bid.UsdPerGpuHour(elapsedHours: 10, free)));
        Assert.Equal(0, new OwnedBid(ownedGpus: 0, overbooking: 1).UsdPerGpuHour(elapsedHours: 10, 0));
    }
}
