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

    [Fact]
    public void A_task_without_a_GPU_neither_bids_for_owned_GPUs_nor_leaves_them_to_dearer_work()
    {
        NodeFacts[] mesh = [Node("owned", 9, Gpu("A40", 48)), Rented("rented")];
        var (plain, bidding) = (Mesh(new PlannerSettings { Profile = PlacementProfile.Cost }, mesh), Mesh(new PlannerSettings { Profile = PlacementProfile.Cost, OwnedOverbooking = 1 }, mesh));

        // A thousand hours of it, where the owned GPU had ten.
        for (var number = 0; number < 10; number++)
        {
            var task = Due($"cpu-{number}", hours: 100, LabelSet.None) with { Shape = Shape(gpus: 0), Deadline = Start.AddHours(900) };
            Assert.Equal(plain.Submit(task, Start.AddHours(number))!.NodeId, bidding.Submit(task, Start.AddHours(number))!.NodeId);
            plain.Release(task.TaskId, 1);
            bidding.Release(task.TaskId, 1);
        }

        // The owned GPU is full, so that the bid counts, and no work that came is worth more than this.
        Assert.Equal("owned", bidding.Submit(Due("gpu", hours: 1, LabelSet.None) with { Shape = Shape(gb: 48) }, Start.AddHours(10))!.NodeId);
        Assert.Null(bidding.FindPlacement("cpu-0"));
        bidding.CheckInvariants();
    }

    [Theory]
    [InlineData(null, 2)]
    [InlineData(9.0, 1)]
    public void Owned_nodes_are_filled_one_after_the_other_where_they_are_scarce(double? overbooking, int nodes)
    {
        GpuFacts[] four = [Gpu("A40", 48), Gpu("A40", 48), Gpu("A40", 48), Gpu("A40", 48)];
        var planner = Mesh(
            new PlannerSettings { Profile = PlacementProfile.Cost, OwnedOverbooking = overbooking }, Node("a", 9, four), Node("b", 9, four));

        var placed = Enumerable.Range(0, 4).Select(number =>
            planner.Submit(Due($"t{number}", hours: 1, LabelSet.None) with { Shape = Shape(gb: 48) }, Start)!.NodeId).ToHashSet();

        Assert.Equal(nodes, placed.Count);
        planner.CheckInvariants();
    }

    [Fact]
    public void How_fast_a_task_says_that_it_runs_on_a_type_decides_what_is_cheapest_in_time()
    {
        NodeFacts[] mesh = [Rented("fast", "H100", 8), Rented("slow", "T4", 1)];
        var task = Due("t", hours: 1, LabelSet.None) with { Deadline = Start.AddHours(3) };

        Assert.Equal("fast", Mesh(ByCost, mesh).Submit(task, Start)!.NodeId);
        Assert.Equal("slow", Mesh(ByCost, mesh).Submit(task with { GpuSpeeds = Speeds(("H100", 1), ("T4", 0.5)) }, Start)!.NodeId);
        Assert.Equal("fast", Mesh(ByCost, mesh).Submit(task with { GpuSpeeds = Speeds(("H100", 1), ("T4", 0.3)) }, Start)!.NodeId);
        Assert.Equal("fast", Mesh(ByCost, mesh).Submit(task with { GpuSpeeds = Speeds(("H100", 16), ("T4", 0.5)) }, Start)!.NodeId);

        // A type that it does not name counts as the slowest that it names.
        Assert.Equal("slow", Mesh(ByCost, mesh).Submit(task with { GpuSpeeds = Speeds(("H100", 1)) }, Start)!.NodeId);
        var recording = Mesh(ByCost, mesh).Record([task with { GpuSpeeds = Speeds(("H100", 1), ("T4", 0.5)) }], Start);
        Assert.Equal("slow", RecordingJson.Read(RecordingJson.Write(recording)).Replay().Single().Node);
    }

    [Fact]
    public void A_task_of_several_nodes_has_all_of_them_of_the_cheapest_offer_in_time()
    {
        NodeFacts[] mesh = [Rented("cheap", "A40", 1), Rented("dear-1", "A40", 2), Rented("dear-2", "A40", 2), Rented("slow-1", "T4", 0.01), Rented("slow-2", "T4", 0.01)];
        var gang = Due("gang", hours: 1, LabelSet.None) with { Shape = Shape(gb: 8) with { Nodes = 2 }, GpuSpeeds = Speeds(("A40", 1), ("T4", 0.1)), Deadline = Start.AddHours(3) };

        Assert.Equal(["dear-1", "dear-2"], Mesh(ByCost, mesh).Submit(gang, Start)!.OpenNodes().Order());
        Assert.Equal(["slow-1", "slow-2"], Mesh(ByCost, mesh).Submit(gang with { Deadline = Start.AddHours(30) }, Start)!.OpenNodes().Order());

        // No offer has three of them in time, so it takes what there is.
        Assert.Equal(3, Mesh(ByCost, mesh).Submit(gang with { Shape = Shape(gb: 8) with { Nodes = 3 } }, Start)!.OpenNodes().Count());
        Assert.Equal(
            ["owned-1", "owned-2"],
            Mesh(ByCost, [.. mesh, Node("owned-1", 9, Gpu("A40", 48)), Node("owned-2", 9, Gpu("A40", 48))]).Submit(gang, Start)!.OpenNodes().Order());
    }

    [Fact]
    public void Where_the_operator_rents_at_once_a_deadline_is_no_reason_to_wait_for_owned_GPUs()
    {
        var settings = new PlannerSettings { Profile = PlacementProfile.Cost, RentsAtOnce = true };
        var planner = Mesh(settings, Node("owned", 1, Gpu("A40", 48)), Rented("rented"));

        Assert.Equal("owned", planner.Submit(Due("one", hours: 1, LabelSet.None), Start)!.NodeId);
        Assert.Equal("rented", planner.Submit(Due("two", hours: 1, LabelSet.None), Start)!.NodeId);
        Assert.True(settings.Of("any").RentsAtOnce);
    }

    private static PlannerSettings ByCost { get; } = new() { Profile = PlacementProfile.Cost };

    private static NodeFacts Rented(string id, string type, double perHour) => Node(id, 8, Gpu(type, 48)) with { Price = new NodePrice(NodeTenure.OnDemand, perHour) };

    private static Dictionary<string, double> Speeds(params (string Type, double Speed)[] speeds) => speeds.ToDictionary(speed => speed.Type, speed => speed.Speed);

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
