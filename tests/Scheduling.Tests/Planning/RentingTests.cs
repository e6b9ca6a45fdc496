using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Recording;
using CsCheck;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

public sealed class RentingTests
{
    private const string Spent = "the budget of 10 a day is spent (12 today, UTC)";

    private static readonly NodeFacts Owned = Node("owned", 1, Gpu("A40", 48));
    private static readonly NodeFacts Rented = Node("rented", 1, Gpu("A40", 48)) with { Price = new NodePrice(NodeTenure.Spot, 4) };

    [Fact]
    public void With_the_budget_spent_a_task_takes_what_is_owned_and_the_next_waits_and_says_why()
    {
        var planner = PlannerWith(Owned, Rented);
        planner.SetRentRefusal(null, Spent);

        Assert.Equal("owned", planner.Submit(Pending("first", Shape(gb: 8)), Start)!.NodeId);
        Assert.Null(planner.Submit(Pending("second", Shape(gb: 8)), Start));

        Assert.Contains($"1 node would have to be rented, and {Spent}", planner.WhyWaiting([Shape(gb: 8)]), StringComparison.Ordinal);
        var refusal = Assert.Single(planner.Explain("second", Start)!.Nodes.Single(node => node.NodeId == "rented").Refusals);
        Assert.Equal(("budget_spent", $"the node is rented, and {Spent}", false), (refusal.Code, refusal.Message, refusal.Permanent));
    }

    [Fact]
    public void Where_everything_would_have_to_be_rented_that_is_the_reason()
    {
        var planner = PlannerWith(Rented);
        planner.SetRentRefusal(null, Spent);
        planner.Submit(Pending("t", Shape(gb: 8)), Start);

        Assert.Equal($"fits 1 node that can be rented, and {Spent}", planner.WhyWaiting([Shape(gb: 8)]));
    }

    [Fact]
    public void What_waits_for_a_budget_starts_when_there_is_one_again()
    {
        var planner = PlannerWith(Rented);
        planner.SetRentRefusal(null, Spent);
        planner.Submit(Pending("t", Shape(gb: 8)), Start);
        Assert.Empty(planner.Drain(Start, 10));

        planner.SetRentRefusal(null, null);

        Assert.Equal("rented", Assert.Single(planner.Drain(Start, 10)).NodeId);
    }

    [Fact]
    public void The_budget_of_one_tenant_does_not_hold_back_another()
    {
        var planner = PlannerWith(Rented);
        planner.SetRentRefusal("acme", Spent);

        Assert.Null(planner.Submit(Pending("theirs", Shape(gb: 8) with { Tenant = "acme" }), Start));
        Assert.NotNull(planner.Submit(Pending("ours", Shape(gb: 8)), Start));
    }

    [Fact]
    public void No_place_is_kept_on_a_node_that_must_not_be_rented()
    {
        var planner = PlannerWith(Rented);
        planner.Submit(Pending("runs", Shape(gb: 48)), Start);
        planner.Submit(Pending("waits", Shape(gb: 48)), Start);
        planner.SetRentRefusal(null, Spent);
        planner.KeepPlace(Start.AddHours(1));
        planner.Release("runs", 1);

        Assert.Empty(planner.Drain(Start.AddHours(1), 10));
        planner.SetRentRefusal(null, null);
        Assert.Equal("waits", Assert.Single(planner.Drain(Start.AddHours(1), 10)).Task.TaskId);
    }

    [Fact]
    public void Plans_and_recordings_know_of_the_budget()
    {
        var planner = PlannerWith(Rented);
        planner.SetRentRefusal(null, Spent);
        PendingTask[] asked = [Pending("asked", Shape(gb: 8))];

        Assert.Null(Assert.Single(planner.Plan(asked, Start)).Placement);
        var recording = RecordingJson.Read(RecordingJson.Write(planner.Record(asked, Start)));
        Assert.Equal(recording.Decisions.Select(decision => decision.ToString()), recording.Replay().Select(decision => decision.ToString()));
    }

    [Fact]
    public void What_runs_on_rented_nodes_is_told_by_tenant()
    {
        var planner = PlannerWith(Owned, Rented with { MaxParallel = 4 });
        planner.Submit(Pending("owned", Shape(gb: 48)), Start);
        planner.Submit(Pending("half", Shape(gb: 24)), Start);
        planner.Submit(Pending("quarter", Shape(gb: 12) with { Tenant = "acme" }), Start);

        var running = planner.RentRunning(Start.AddMinutes(30));

        Assert.Equal([("acme", 0.5), ("default", 1.0)], running.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => (each.Key, each.Value)));
    }

    [Fact]
    public void A_node_that_is_often_taken_away_is_worth_less_than_one_of_the_same_price()
    {
        var planner = new MeshPlanner(new PlannerSettings { Profile = PlacementProfile.Cost });
        planner.UpsertNode(Rented with { NodeId = "risky", Price = new NodePrice(NodeTenure.Spot, 4) { InterruptionsPerHour = 1 } }, available: true);
        planner.UpsertNode(Rented with { NodeId = "steady", Price = new NodePrice(NodeTenure.OnDemand, 4.5) }, available: true);

        Assert.Equal("steady", planner.Submit(Pending("t", Shape(gb: 8)), Start)!.NodeId);
    }

    [Fact]
    public void Nothing_goes_to_a_rented_node_while_it_is_refused_and_nothing_is_lost_after() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[1, 48]).Array[1, 60].Sample(steps =>
        {
            var planner = PlannerWith(Owned, Rented with { MaxParallel = 8 });
            var refused = false;
            var submitted = 0;
            foreach (var (kind, gb) in steps)
            {
                if (kind == 0)
                {
                    refused = !refused;
                    planner.SetRentRefusal(null, refused ? Spent : null);
                }

                var before = planner.PlacementsOn("rented").Count;
                if (kind == 1)
                {
                    planner.Submit(Pending($"t{submitted++}", Shape(gb: gb)), Start);
                }
                else if (planner.PlacementsOn("owned") is [var ends, ..])
                {
                    planner.Release(ends.Task.TaskId, ends.Attempt);
                }

                planner.Drain(Start, int.MaxValue);
                planner.CheckInvariants();
                if (refused && planner.PlacementsOn("rented").Count > before)
                {
                    return false;
                }
            }

            // With money again and everything free, each task gets its turn.
            planner.SetRentRefusal(null, null);
            for (var round = 0; round <= submitted; round++)
            {
                planner.Drain(Start, int.MaxValue);
                foreach (var placement in planner.PlacementsOn("owned").Concat(planner.PlacementsOn("rented")))
                {
                    planner.Release(placement.Task.TaskId, placement.Attempt);
                }
            }

            return planner is { QueuedCount: 0, PlacedCount: 0 };
        });
}
