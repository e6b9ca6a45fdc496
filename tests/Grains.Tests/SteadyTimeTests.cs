namespace Aurora.Grains.Tests;

public sealed class SteadyTimeTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_clock_that_is_set_changes_nothing(int hours)
    {
        var clock = new ManualClock(Noon);
        var time = new SteadyTime(clock);

        clock.Pass(TimeSpan.FromSeconds(3));
        clock.Now += TimeSpan.FromHours(hours);

        Assert.Equal(Noon.AddSeconds(3), time.GetUtcNow());
    }

    [Theory]
    [InlineData(3_600)]
    [InlineData(-3_600)]
    [InlineData(2)]
    public void What_the_clock_says_is_as_far_from_now_in_both(int setBySeconds)
    {
        var clock = new ManualClock(Noon);
        var time = new SteadyTime(clock);
        clock.Now += TimeSpan.FromSeconds(setBySeconds);

        Assert.Equal(time.GetUtcNow().AddMinutes(1), time.FromClock(clock.Now.AddMinutes(1)));
        Assert.Equal(clock.Now.AddMinutes(1), time.ToClock(time.GetUtcNow().AddMinutes(1)));
        Assert.Equal(Noon, time.ToClock(time.FromClock(Noon)));
    }

    [Fact]
    public void Two_clocks_that_are_read_one_after_the_other_are_not_one_that_was_set()
    {
        var clock = new ManualClock(Noon);
        var time = new SteadyTime(clock);
        clock.Now += TimeSpan.FromMilliseconds(999);

        Assert.Equal((Noon, Noon), (time.FromClock(Noon), time.ToClock(Noon)));
    }

    [Fact]
    public void What_has_been_is_not_later_than_now()
    {
        var clock = new ManualClock(Noon);
        var time = new SteadyTime(clock);

        Assert.Equal(Noon.AddSeconds(-1), time.PastFromClock(Noon.AddSeconds(-1)));
        Assert.Equal(Noon, time.PastFromClock(Noon.AddHours(1)));
    }
}
