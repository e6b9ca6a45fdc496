using Aurora.Grains.Schedulers;
using Microsoft.Extensions.Time.Testing;

namespace Aurora.Grains.Tests;

public sealed class DispatchPaceTests
{
    private readonly FakeTimeProvider time = new();
    private readonly DispatchPace pace;

    public DispatchPaceTests() => pace = new DispatchPace(time);

    [Fact]
    public void Calls_one_at_a_time_never_wait()
    {
        for (var i = 0; i < 1_000; i++)
        {
            Assert.Equal(TimeSpan.Zero, pace.Wait());
            pace.Sent(1);
            time.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    [Fact]
    public void Calls_past_the_allowance_wait_for_the_rest_of_the_window()
    {
        pace.Sent(DispatchPace.CallsAtOnce + 1);
        time.Advance(TimeSpan.FromMilliseconds(10));

        Assert.Equal(DispatchPace.Window - TimeSpan.FromMilliseconds(10), pace.Wait());
    }

    [Fact]
    public void A_flood_gathers_for_one_window_after_the_other()
    {
        for (var i = 0; i < 10; i++)
        {
            time.Advance(DispatchPace.Window);
            pace.Sent(DispatchPace.CallsAtOnce + 1);

            Assert.Equal(DispatchPace.Window, pace.Wait());
        }
    }

    [Fact]
    public void After_a_window_with_few_calls_they_go_at_once_again()
    {
        pace.Sent(DispatchPace.CallsAtOnce + 1);
        time.Advance(DispatchPace.Window);
        Assert.NotEqual(TimeSpan.Zero, pace.Wait());
        pace.Sent(DispatchPace.CallsAtOnce);
        time.Advance(DispatchPace.Window);

        Assert.Equal(TimeSpan.Zero, pace.Wait());
    }

    [Fact]
    public void No_call_waits_longer_than_a_window()
    {
        var random = new Random(7);
        for (var i = 0; i < 10_000; i++)
        {
            var wait = pace.Wait();
            Assert.InRange(wait, TimeSpan.Zero, DispatchPace.Window);
            time.Advance(wait);
            pace.Sent(random.Next(1, 120));
            time.Advance(TimeSpan.FromMilliseconds(random.Next(0, 70)));
        }
    }
}
