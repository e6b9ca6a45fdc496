using Aurora.GatewayApi.Problems;
using Microsoft.Extensions.Time.Testing;

namespace Aurora.GatewayApi.Tests.Http;

public sealed class RefusalPaceTests
{
    private readonly FakeTimeProvider clock = new();
    private RefusalPace? pace;

    [Fact]
    public void Clients_that_are_refused_together_are_asked_back_at_different_times_and_later_the_more_they_are()
    {
        var few = Draw(10);
        clock.Advance(TimeSpan.FromSeconds(10));
        Draw(1_000);
        var many = Draw(1_000);

        Assert.Equal([1, 2], few.Distinct().Order());
        Assert.Equal(Enumerable.Range(1, 1 + RefusalPace.SpreadMax), many.Distinct().Order());
        Assert.All(many.GroupBy(seconds => seconds), each => Assert.InRange(each.Count(), 1, 200));
    }

    [Fact]
    public void When_the_crowd_is_gone_nobody_waits_for_it()
    {
        var pace = new RefusalPace(clock, new Random(3));
        for (var refused = 0; refused < 1_000; refused++)
        {
            pace.Next(1);
        }

        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.InRange(Enumerable.Range(0, 50).Max(_ => pace.Next(1)), 1, 2);
    }

    private List<int> Draw(int times)
    {
        pace ??= new RefusalPace(clock, new Random(3));
        return [.. Enumerable.Range(0, times).Select(_ => pace.Next(1))];
    }
}
