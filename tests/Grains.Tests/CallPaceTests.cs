using Microsoft.Extensions.Time.Testing;

namespace Aurora.Grains.Tests;

public sealed class CallPaceTests
{
    private const int CallsAtOnce = 60;

    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(30);

    private readonly FakeTimeProvider time = new();
    private readonly CallPace pace;

    public CallPaceTests() => pace = new CallPace(time, Window, CallsAtOnce);

    [Fact]
    public void Calls_one_at_a_time_never_wait()
    {
        for (var i = 0; i < 1_000; i++)
        {
            Assert.Equal(TimeSpan.Zero, pace.Wait());
            pace.Sent(1, 1);
            time.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    [Fact]
    public void Calls_past_the_allowance_wait_for_the_rest_of_the_window()
    {
        pace.Sent(CallsAtOnce + 1, CallsAtOnce + 1);
        time.Advance(TimeSpan.FromMilliseconds(10));

        Assert.Equal(Window - TimeSpan.FromMilliseconds(10), pace.Wait());
    }

    [Fact]
    public void A_flood_gathers_for_one_window_after_the_other()
    {
        for (var i = 0; i < 10; i++)
        {
            time.Advance(Window);
            pace.Sent(CallsAtOnce + 1, CallsAtOnce + 1);

            Assert.Equal(Window, pace.Wait());
        }
    }

    [Fact]
    public void After_a_window_with_few_calls_they_go_at_once_again()
    {
        pace.Sent(CallsAtOnce + 1, CallsAtOnce + 1);
        time.Advance(Window);
        Assert.NotEqual(TimeSpan.Zero, pace.Wait());
        pace.Sent(CallsAtOnce, CallsAtOnce);
        time.Advance(Window);

        Assert.Equal(TimeSpan.Zero, pace.Wait());
    }

    [Theory]
    [InlineData(8, CallsAtOnce + 1, true)]
    [InlineData(CallsAtOnce, CallsAtOnce + 1, true)]
    [InlineData(8, CallsAtOnce, false)]
    [InlineData(7, 1_000, false)]
    public void Calls_that_carry_several_because_they_gathered_do_not_end_the_flood_and_few_that_carry_much_do(int calls, int items, bool goesOn)
    {
        pace.Sent(CallsAtOnce + 1, CallsAtOnce + 1);
        time.Advance(Window);
        Assert.NotEqual(TimeSpan.Zero, pace.Wait());
        pace.Sent(calls, items);
        time.Advance(Window);

        Assert.Equal(goesOn ? Window : TimeSpan.Zero, pace.Wait());
    }

    [Fact]
    public void A_flood_that_nothing_followed_is_over()
    {
        pace.Sent(CallsAtOnce + 1, CallsAtOnce + 1);
        Assert.True(pace.IsFlooded);

        time.Advance(2 * Window);

        Assert.False(pace.IsFlooded);
    }

    [Fact]
    public void No_call_waits_longer_than_a_window()
    {
        var random = new Random(7);
        for (var i = 0; i < 10_000; i++)
        {
            var wait = pace.Wait();
            Assert.InRange(wait, TimeSpan.Zero, Window);
            time.Advance(wait);
            pace.Sent(random.Next(1, 120), random.Next(1, 500));
            time.Advance(TimeSpan.FromMilliseconds(random.Next(0, 70)));
        }
    }
}
