using Aurora.Scheduling.Lifecycle;

namespace Aurora.Scheduling.Tests.Lifecycle;

public sealed class NameContestTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    private readonly NameContest contest = new();

    [Fact]
    public void Who_holds_the_name_keeps_it_after_three_replacements_in_quick_succession_for_as_long_as_the_other_asks()
    {
        for (var time = 0; time < NameContest.ReplacementsMax; time++)
        {
            Assert.Null(contest.Challenge(Start.AddSeconds(time * 10)));
        }

        for (var time = NameContest.ReplacementsMax; time < 1000; time++)
        {
            Assert.Equal(NameContest.Wait, contest.Challenge(Start.AddSeconds(time * 10)));
        }
    }

    [Fact]
    public void A_machine_that_replaces_its_own_socket_now_and_then_is_never_refused()
    {
        for (var time = 0; time < 1000; time++)
        {
            Assert.Null(contest.Challenge(Start + (time * (NameContest.Quiet + TimeSpan.FromSeconds(1)))));
        }
    }

    [Fact]
    public void A_name_whose_holder_went_is_free()
    {
        for (var time = 0; time < 10; time++)
        {
            contest.Challenge(Start);
        }

        contest.Freed();

        Assert.Null(contest.Challenge(Start));
    }
}
