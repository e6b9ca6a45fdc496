using Aurora.Scheduling.Sharing;

namespace Aurora.Scheduling.Tests.Sharing;

/// <summary>Turns of pools on a node that serves several.</summary>
public sealed class PoolTurnsTests
{
    private readonly PoolTurns turns = new(patience: TimeSpan.FromSeconds(2), length: TimeSpan.FromSeconds(2), staleAfter: TimeSpan.FromSeconds(3));

    [Fact]
    public void While_no_pool_waits_long_any_may_place()
    {
        turns.Waits("a", At(0));
        turns.Waits("b", At(0));

        Assert.Null(turns.HolderAt(At(1.9)));
    }

    [Fact]
    public void A_pool_that_waits_long_gets_a_turn_though_the_other_waits_too()
    {
        turns.Waits("a", At(0));
        turns.Waits("b", At(0));
        turns.Placed("a", At(1));

        Assert.Equal("b", turns.HolderAt(At(2)));
    }

    [Fact]
    public void A_turn_lasts_until_the_pool_has_had_places_for_its_length()
    {
        turns.Waits("a", At(0));
        turns.Waits("b", At(0));
        turns.Placed("a", At(1));
        Assert.Equal("b", turns.HolderAt(At(2.5)));
        turns.Waits("a", At(2.5));
        turns.Waits("b", At(2.5));

        Assert.Equal("b", turns.HolderAt(At(5)));
        turns.Placed("b", At(5));
        turns.Waits("a", At(5.5));
        turns.Waits("b", At(5.5));
        Assert.Equal("b", turns.HolderAt(At(6.9)));
        Assert.Equal("a", turns.HolderAt(At(7)));
    }

    [Fact]
    public void A_pool_that_says_no_more_that_it_waits_loses_its_turn()
    {
        turns.Waits("b", At(0));
        turns.Waits("b", At(2));
        Assert.Equal("b", turns.HolderAt(At(2)));

        Assert.Null(turns.HolderAt(At(5.1)));
    }

    [Fact]
    public void Two_pools_that_always_wait_take_turns()
    {
        var places = new Dictionary<string, int> { ["a"] = 0, ["b"] = 0 };
        for (var second = 0.0; second < 100; second += 0.5)
        {
            turns.Waits("a", At(second));
            turns.Waits("b", At(second));

            // The first one is always the faster.
            var placed = turns.HolderAt(At(second)) ?? "a";
            places[placed]++;
            turns.Placed(placed, At(second));
        }

        Assert.All(places.Values, count => Assert.InRange(count, 60, 140));
    }

    private static DateTimeOffset At(double seconds) => DateTimeOffset.UnixEpoch.AddSeconds(seconds);
}
