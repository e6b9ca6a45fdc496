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
}
