using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Recording;
using CsCheck;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

/// <summary>Tasks with a deadline between owned and rented nodes, where placement goes by cost.</summary>
public sealed class SlackTests
{
    private static readonly NodeFacts Owned = Node("owned", 1, Gpu("A40", 48));
    private static readonly NodeFacts Rented = Node("rented", 1, Gpu("A40", 48)) with { Price = new NodePrice(NodeTenure.OnDemand, 4) };

    [Fact]
    public void A_task_waits_for_an_owned_node_while_its_deadline_allows_and_says_until_when()
    {
        var planner = Mesh(Owned, Rented);
        planner.Submit(Pending("runs", Shape(gb: 8)), Start);

        Assert.Null(planner.Submit(Due("t", hours: 4), Start));
        Assert.Empty(planner.Drain(Start.AddMinutes(173), 9));

        // An hour to run and a tenth of it to spare.
        var explained = planner.Explain("t", Start.AddMinutes(173))!;
        Assert.Contains("it waits for an owned GPU until 2030-01-01 02:54:00Z, then it may go to a rented one", explained.Summary, StringComparison.Ordinal);
        Assert.Contains("1 node would have to be rented, and its deadline leaves time to wait for an owned one", explained.Summary, StringComparison.Ordinal);
        Assert.Equal("awaits_owned", Assert.Single(explained.Nodes.Single(node => node.NodeId == "rented").Refusals).Code);
        planner.Release("runs", 1);
        Assert.Equal("owned", Assert.Single(planner.Drain(Start.AddMinutes(173), 9)).NodeId);
    }

    [Fact]
    public void When_its_slack_is_over_it_goes_to_a_rented_one()
    {
        var planner = Mesh(Owned, Rented);
        planner.Submit(Pending("runs", Shape(gb: 8)), Start);
        planner.Submit(Due("t", hours: 4), Start);

        var placement = Assert.Single(planner.Drain(Start.AddMinutes(174), 9));

        Assert.Equal(("t", "rented", 1), (placement.Task.TaskId, placement.NodeId, placement.Attempt));
        planner.CheckInvariants();
    }

    [Fact]
    public void Without_money_for_it_it_goes_on_waiting_and_says_so()
    {
        var planner = Mesh(Owned, Rented);
        planner.Submit(Pending("runs", Shape(gb: 8)), Start);
        planner.Submit(Due("t", hours: 4), Start);
        planner.SetRentRefusal(null, "the budget of 10 a day is spent (12 today, UTC)");

        Assert.Empty(planner.Drain(Start.AddMinutes(174), 9));
        Assert.Contains("would have to be rented, and the budget of 10 a day is spent", planner.Explain("t", Start.AddMinutes(174))!.Summary, StringComparison.Ordinal);
        planner.SetRentRefusal(null, null);
        Assert.Equal("rented", Assert.Single(planner.Drain(Start.AddMinutes(175), 9)).NodeId);
    }

    [Theory]
    [InlineData(1.05, "rented")]
    [InlineData(1.5, null)]
    public void One_that_must_start_soon_does_not_wait(double hours, string? node)
    {
        var planner = Mesh(Owned, Rented);
        planner.Submit(Pending("runs", Shape(gb: 8)), Start);

        Assert.Equal(node, planner.Submit(Due("t", hours), Start)?.NodeId);
    }

    [Fact]
    public void Nobody_waits_for_owned_nodes_that_could_not_run_it_nor_without_a_deadline_nor_under_another_profile()
    {
        var planner = Mesh(Owned, Rented);
        planner.Submit(Pending("runs", Shape(gb: 8)), Start);
        Assert.Equal("rented", planner.Submit(Pending("any", Shape(gb: 8)), Start)!.NodeId);
        planner.Release("any", 1);
        planner.UpsertNode(Node("large", 1, Gpu("H100", 80)) with { Price = new NodePrice(NodeTenure.OnDemand, 9) }, available: true);
        Assert.Equal("large", planner.Submit(Due("big", hours: 100) with { Shape = Shape(gb: 80) }, Start)!.NodeId);

        // A gang of two, and one owned node.
        planner = Mesh(Owned, Rented, Rented with { NodeId = "more" });
        Assert.NotNull(planner.Submit(Due("gang", hours: 100) with { Shape = Shape(gb: 8) with { Nodes = 2 } }, Start));

        var balanced = PlannerWith(Owned, Rented);
        Assert.NotNull(balanced.Submit(Due("one", hours: 100), Start));
        Assert.NotNull(balanced.Submit(Due("two", hours: 100), Start));
    }

    [Fact]
    public void Of_rented_ones_the_cheapest_that_is_in_time_is_taken_and_the_soonest_where_none_is()
    {
        var slow = Node("slow", 4, Gpu("T4", 48)) with { Price = new NodePrice(NodeTenure.OnDemand, 0.1) };
        var fast = Node("fast", 4, Gpu("H100", 80)) with { Price = new NodePrice(NodeTenure.OnDemand, 9) };

        Assert.Equal("slow", Mesh(slow, fast).Submit(Due("t", hours: 100), Start)!.NodeId);
        Assert.Equal("fast", Mesh(slow, fast).Submit(Due("t", hours: 2), Start)!.NodeId);
        Assert.Equal("fast", Mesh(slow, fast).Submit(Due("t", hours: 0.5), Start)!.NodeId);
    }

    [Fact]
    public void A_spot_node_is_in_time_only_with_more_interruptions_than_are_expected()
    {
        var spot = Rented with { NodeId = "spot", Price = new NodePrice(NodeTenure.Spot, 1) { InterruptionsPerHour = 0.5 } };

        Assert.Equal("spot", Mesh(spot, Rented).Submit(Due("t", hours: 10), Start)!.NodeId);
        Assert.Equal("rented", Mesh(spot, Rented).Submit(Due("t", hours: 1.9), Start)!.NodeId);
    }

    [Fact]
    public void An_owned_node_that_would_be_too_late_is_passed_over()
    {
        var planner = Mesh(Node("owned-slow", 4, Gpu("T4", 48)), Node("owned-fast", 1, Gpu("A100", 80)), Rented with { NodeId = "rented-fast", Gpus = [Gpu("A100", 80)] });
        planner.Submit(Pending("runs", Shape(gb: 80)), Start);

        Assert.Equal("rented-fast", planner.Submit(Due("t", hours: 1.05), Start)!.NodeId);
    }

    [Fact]
    public void Plans_forecasts_and_recordings_know_of_the_wait()
    {
        var planner = Mesh(Owned, Rented);
        planner.Submit(Pending("kind", Shape(gb: 8)), Start.AddHours(-20));
        planner.Complete("kind", 1, Start);
        planner.Submit(Pending("runs", Shape(gb: 8)), Start);

        var planned = Assert.Single(planner.Plan([Due("asked", hours: 4)], Start));
        Assert.Null(planned.Placement);
        Assert.Contains("it waits for an owned GPU until", planned.Summary, StringComparison.Ordinal);

        // What its kind took, 20 hours, counts where it does not say.
        PendingTask[] asked = [Due("learnt", hours: 30) with { Duration = null }];
        var recording = RecordingJson.Read(RecordingJson.Write(planner.Record(asked, Start)));
        Assert.Contains("until 2030-01-01 08:00:00Z", recording.Decisions[0].Summary, StringComparison.Ordinal);
        Assert.Equal(recording.Decisions.Select(decision => decision.ToString()), recording.Replay().Select(decision => decision.ToString()));

        planner.Submit(Due("t", hours: 4), Start);
        Assert.Equal(Start.AddMinutes(174), planner.Forecast("t", Start)!().At);
    }

    [Fact]
    public void A_retry_has_less_slack_and_a_rebuilt_planner_knows_of_it()
    {
        var planner = Mesh(Owned, Rented);
        var placement = planner.Submit(Due("t", hours: 4), Start)!;
        planner.Advance(Start.AddHours(1));
        planner.Requeue("t", placement.Attempt);

        Assert.Equal(Start.AddMinutes(174), planner.FindQueued("t")!.RentFrom);
        Assert.Equal("owned", Assert.Single(planner.Drain(Start.AddHours(1), 9)).NodeId);
        planner.Advance(Start.AddHours(3.5));
        planner.Requeue("t", 2);
        Assert.Null(planner.FindQueued("t")!.RentFrom);
    }

    [Fact]
    public void Whatever_comes_nobody_waits_past_its_slack_beside_a_rented_node_that_is_free() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[1, 90], Gen.Int[0, 600]).Array[1, 60].Sample(steps =>
        {
            var planner = Mesh(Owned with { MaxParallel = 8 }, Rented with { MaxParallel = 99, Gpus = [.. Enumerable.Range(0, 9).Select(gpu => Gpu("A40", 480) with { Index = gpu })] });
            var (now, submitted) = (Start, 0);
            foreach (var (kind, minutes, slack) in steps)
            {
                now = now.AddMinutes(minutes);
                if (kind > 0)
                {
                    planner.Submit(
                        Pending($"t{submitted++}", Shape(gb: 40)) with
                        { SubmittedAt = now, Duration = TimeSpan.FromMinutes(minutes), Deadline = kind == 3 ? null : now.AddMinutes(minutes + slack) },
                        now);
                }
                else if (planner.PlacementsOn("owned") is [var ends, ..])
                {
                    planner.Complete(ends.Task.TaskId, ends.Attempt, now);
                }

                planner.Drain(now, int.MaxValue);
                planner.CheckInvariants();
                Assert.All(planner.QueueHead(99, now), waiting => Assert.True(waiting.Task.RentFrom > now, $"{waiting.Task.TaskId} waits until {waiting.Task.RentFrom}"));
            }
        });

    private static PendingTask Due(string id, double hours) =>
        Pending(id, Shape(gb: 8)) with { Duration = TimeSpan.FromHours(1), Deadline = Start.AddHours(hours) };

    private static MeshPlanner Mesh(params NodeFacts[] nodes)
    {
        var planner = new MeshPlanner(new PlannerSettings { Profile = PlacementProfile.Cost });
        foreach (var node in nodes)
        {
            planner.UpsertNode(node, available: true);
        }

        return planner;
    }
}
