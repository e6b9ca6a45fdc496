using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Recording;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

/// <summary>Rented nodes where placement goes by cost: which of equal ones stays in use, and when owned GPUs are left to dearer work.</summary>
public sealed class RentedUseTests
{
    [Fact]
    public void What_comes_joins_the_rented_node_whose_oldest_attempt_has_run_longest()
    {
        var planner = Mesh(new PlannerSettings { Profile = PlacementProfile.Cost }, Rented("a"), Rented("b"));
        var first = Place(planner, "one", hours: 0);
        Assert.Equal(first, Place(planner, "two", hours: 1));
        Assert.Equal(first, Place(planner, "three", hours: 2));
        var second = Place(planner, "four", hours: 3);
        Assert.NotEqual(first, second);

        // Two ended, so both have room; the first has run longer.
        planner.Complete("two", 1, Start.AddHours(4));
        Assert.Equal(first, Place(planner, "five", hours: 4));

        // Its oldest attempt is of hour 2 by now, and still the oldest of all.
        planner.Complete("one", 1, Start.AddHours(5));
        Assert.Equal(first, Place(planner, "six", hours: 5));

        foreach (var ended in new[] { "three", "five", "six" })
        {
            planner.Complete(ended, 1, Start.AddHours(6));
        }

        Assert.Equal(second, Place(planner, "seven", hours: 6));
        planner.CheckInvariants();
    }

    [Fact]
    public void Of_idle_ones_the_one_that_fell_idle_last_is_taken_and_a_recording_says_the_same()
    {
        var planner = Mesh(new PlannerSettings { Profile = PlacementProfile.Cost }, Rented("a"), Rented("b"), Rented("c"));
        string[] whole = [.. Enumerable.Range(0, 3).Select(number => planner.Submit(Pending($"t{number}", Shape(gb: 48)), Start)!.NodeId)];
        planner.Complete("t1", 1, Start.AddHours(1));
        planner.Complete("t0", 1, Start.AddHours(1.5));
        planner.Complete("t2", 1, Start.AddHours(2));

        var recording = planner.Record([Pending("next", Shape(gb: 8))], Start.AddHours(2));

        Assert.Equal(whole[2], recording.Decisions.Single().Node);
        Assert.Equal(whole[2], RecordingJson.Read(RecordingJson.Write(recording)).Replay().Single().Node);
        Assert.Equal(whole[2], Place(planner, "next", hours: 2));
    }

    [Theory]
    [InlineData(null, "owned")]
    [InlineData(1.0, "rented")]
    public void Owned_GPUs_are_left_to_dearer_work_where_the_operator_wants_it_and_there_is_too_much(double? overbooking, string node)
    {
        var planner = Mesh(
            new PlannerSettings { Profile = PlacementProfile.Cost, OwnedOverbooking = overbooking },
            Node("owned", 4, Gpu("A40", 48), Gpu("A40", 48)) with { Labels = Near },
            Node("near", 9, Gpu("A40", 48)) with { Labels = Near, Price = new NodePrice(NodeTenure.OnDemand, 9) },
            Rented("rented"));
        planner.Submit(Due("first", hours: 1, Near), Start);
        planner.Release("first", 1);

        // In ten hours the owned node could do twenty GPU hours; four hundred come that would cost nine times as much to rent as the last task.
        for (var number = 0; number < 40; number++)
        {
            Assert.Equal("owned", planner.Submit(Due($"near-{number}", hours: 10, Near), Start.AddHours(10))!.NodeId);
            planner.Release($"near-{number}", 1);
        }

        Assert.Equal("owned", planner.Submit(Due("near", hours: 10, Near), Start.AddHours(10))!.NodeId);
        Assert.Equal(node, planner.Submit(Due("last", hours: 1, LabelSet.None), Start.AddHours(10))!.NodeId);
        planner.SetRentRefusal(null, "the budget is spent");
        Assert.Equal("owned", planner.Submit(Due("without money", hours: 1, LabelSet.None), Start.AddHours(10))!.NodeId);
        planner.CheckInvariants();
    }

    private static LabelSet Near => LabelSet.Of([KeyValuePair.Create("zone", "near")]);

    private static NodeFacts Rented(string id) => Node(id, 8, Gpu("A40", 48)) with { Price = new NodePrice(NodeTenure.OnDemand, 1) };

    private static PendingTask Due(string id, double hours, LabelSet labels) =>
        Pending(id, Shape(gb: 8) with { Labels = labels }) with { Duration = TimeSpan.FromHours(hours), Deadline = Start.AddHours(100) };

    private static string Place(MeshPlanner planner, string id, double hours) =>
        planner.Submit(Pending(id, Shape(gb: 16), minutes: hours * 60), Start.AddHours(hours))!.NodeId;

    private static MeshPlanner Mesh(PlannerSettings settings, params NodeFacts[] nodes)
    {
        var planner = new MeshPlanner(settings);
        foreach (var node in nodes)
        {
            planner.UpsertNode(node, available: true);
        }

        return planner;
    }
}
