namespace Aurora.Grains.Tests;

public sealed class ForwardClockTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_clock_that_is_right_is_followed_and_one_that_is_set_forward_as_well()
    {
        var machine = new ManualClock(Noon);
        var clock = new ForwardClock(machine);

        machine.Pass(TimeSpan.FromHours(3));
        Assert.Equal(Noon.AddHours(3), clock.GetUtcNow());
        machine.Now += TimeSpan.FromHours(1);
        Assert.Equal(Noon.AddHours(4), clock.GetUtcNow());
    }

    [Fact]
    public void One_that_is_set_back_is_waited_for_at_half_speed()
    {
        var machine = new ManualClock(Noon);
        var clock = new ForwardClock(machine);
        machine.Pass(TimeSpan.FromHours(1));
        Assert.Equal(Noon.AddHours(1), clock.GetUtcNow());

        machine.Now -= TimeSpan.FromHours(1);
        Assert.Equal(Noon.AddHours(1), clock.GetUtcNow());
        machine.Pass(TimeSpan.FromHours(1));
        Assert.Equal(Noon.AddHours(1.5), clock.GetUtcNow());
        machine.Pass(TimeSpan.FromHours(1));
        Assert.Equal(machine.Now, clock.GetUtcNow());
        machine.Pass(TimeSpan.FromHours(1));
        Assert.Equal((Noon.AddHours(3), machine.Now), (clock.GetUtcNow(), machine.Now));
    }

    [Fact]
    public void Set_back_after_a_long_time_it_goes_on_from_where_it_was()
    {
        var machine = new ManualClock(Noon);
        var clock = new ForwardClock(machine);
        for (var minute = 0; minute < 600; minute++)
        {
            machine.Pass(TimeSpan.FromMinutes(1));
            clock.GetUtcNow();
        }

        machine.Now = Noon;

        Assert.Equal(Noon.AddHours(10), clock.GetUtcNow());
    }
}
