using Aurora.Scheduling.Routing;

namespace Aurora.Scheduling.Tests.Routing;

public sealed class RequestRouterTests
{
    private static readonly ReplicaRate Slow = new(2, 1_000, 10);
    private static readonly ReplicaRate Fast = new(8, 10_000, 100);
    private static readonly RouterSettings InTwoSeconds = new(2);

    [Fact]
    public void A_request_that_the_slow_replica_serves_in_time_leaves_the_fast_one_open() =>
        Assert.Equal(1, new RequestRouter([Fast, Slow], InTwoSeconds).Route(0, contextTokens: 500));

    [Fact]
    public void A_long_context_goes_to_the_replica_that_reads_it_in_time() =>
        Assert.Equal(0, new RequestRouter([Fast, Slow], InTwoSeconds).Route(0, contextTokens: 5_000));

    [Fact]
    public void Identical_replicas_take_turns_while_both_read()
    {
        var router = new RequestRouter([Fast, Fast], InTwoSeconds);

        Assert.Equal([0, 1, 0, 1], Enumerable.Range(0, 4).Select(_ => router.Route(0, 100)));
    }

    [Fact]
    public void Full_slots_send_requests_on_until_one_ends()
    {
        var router = new RequestRouter([Slow, Fast], InTwoSeconds);
        router.Route(0, 1);
        router.Ended(0, staySeconds: 30);
        Assert.Equal([0, 0], new[] { router.Route(1, 1), router.Route(1, 1) });

        Assert.Equal(1, router.Route(2, 1));
        router.Ended(0, staySeconds: 30);
        Assert.Equal(0, router.Route(3, 1));
    }

    [Fact]
    public void Where_nobody_is_in_time_the_earliest_first_token_wins() =>
        Assert.Equal(1, new RequestRouter([Slow, Fast], InTwoSeconds).Route(0, contextTokens: 1_000_000));

    [Fact]
    public void A_replica_without_slots_is_refused_by_name()
    {
        var refusal = Assert.Throws<ArgumentException>(() => new RequestRouter([Slow with { Slots = 0 }], InTwoSeconds));

        Assert.Contains("Slots of replica 0", refusal.Message, StringComparison.Ordinal);
    }
}
