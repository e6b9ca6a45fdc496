using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Recording;
using Aurora.Scheduling.Routing;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

/// <summary>Which node serves a request whose first token is due within a time.</summary>
public sealed class FirstTokenTests
{
    private static readonly NodeFacts Slow = Server("slow", new ServerSpeed(1_000, 20));
    private static readonly NodeFacts Fast = Server("fast", new ServerSpeed(10_000, 100));

    [Theory]
    [InlineData(500, "slow")]
    [InlineData(5_000, "fast")]
    [InlineData(100_000, "fast")]
    public void A_slow_server_that_is_well_in_time_is_taken_and_the_soonest_where_none_is(int tokens, string node) =>
        Assert.Equal(node, Mesh(Slow, Fast).Submit(Request("t", tokens), Start)!.NodeId);

    [Fact]
    public void What_a_server_still_has_to_read_counts_until_it_has_read_it()
    {
        var planner = Mesh(Slow, Fast);
        Assert.Equal("slow", planner.Submit(Request("one", 600), Start)!.NodeId);

        Assert.Equal("fast", planner.Submit(Request("two", 600), Start)!.NodeId);
        Assert.Equal("slow", planner.Submit(Request("three", 600), Start.AddSeconds(0.6))!.NodeId);
        planner.CheckInvariants();
    }

    [Fact]
    public void A_full_server_is_not_asked_and_a_request_that_finds_no_slot_waits_for_the_next()
    {
        var planner = Mesh(Slow with { Models = Slow.Models! with { Slots = 1 } }, Fast with { Models = Fast.Models! with { Slots = 1 } });
        Assert.Equal("slow", planner.Submit(Request("one", 100), Start)!.NodeId);
        Assert.Equal("fast", planner.Submit(Request("two", 100), Start)!.NodeId);
        Assert.Null(planner.Submit(Request("three", 100), Start));

        planner.Complete("two", 1, Start.AddSeconds(3));

        Assert.Equal(("three", "fast"), Assert.Single(planner.Drain(Start.AddSeconds(3), 9)) is var placed ? (placed.Task.TaskId, placed.NodeId) : default);
    }

    [Fact]
    public void A_server_that_does_not_tell_its_speed_or_has_to_load_the_model_goes_between_those_in_time_and_those_that_are_late()
    {
        var silent = Server("silent", default);
        var cold = Server("cold", new ServerSpeed(10_000, 10), loaded: false);

        Assert.Equal("slow", Mesh(silent, cold, Slow).Submit(Request("t", 100), Start)!.NodeId);
        Assert.Equal("silent", Mesh(silent, cold, Slow).Submit(Request("t", 10_000), Start)!.NodeId);
        Assert.Equal("cold", Mesh(cold, Slow).Submit(Request("t", 10_000), Start)!.NodeId);
    }

    [Fact]
    public void The_choice_is_explained_by_what_decided_and_made_again_from_a_recording()
    {
        var planner = Mesh(Slow, Fast);
        planner.Submit(Request("one", 900), Start);
        planner.Submit(Request("two", 1_500), Start);

        var explained = planner.Explain("two", Start)!;
        Assert.Contains("first token in time, fast servers spared", explained.Summary, StringComparison.Ordinal);
        Assert.Equal(["first_token_in_time", "first_token_soon", "speed_spared"], explained.Nodes.Single(node => node.NodeId == "fast").Terms.Keys.Order());
        Assert.Equal(0, explained.Nodes.Single(node => node.NodeId == "slow").Terms["first_token_in_time"]);
        var recording = planner.Record([Request("three", 1_500)], Start);
        Assert.Equal("fast", recording.Decisions.Single().Node);
        Assert.Equal(recording.Decisions.Single().ToString(), RecordingJson.Read(RecordingJson.Write(recording)).Replay().Single().ToString());
    }

    [Fact]
    public void A_time_out_of_range_is_refused_by_name() => Assert.Contains(
        "FirstTokenWithin",
        Assert.Throws<ArgumentException>(() => new MeshPlanner(new PlannerSettings { FirstTokenWithin = TimeSpan.Zero })).Message,
        StringComparison.Ordinal);

    private static NodeFacts Server(string id, ServerSpeed speed, bool loaded = true) =>
        new(id, 1, [], 64, new HashSet<string> { "llm_inference" })
        {
            Models = new ModelFacts(new HashSet<string> { "m" }, loaded ? new HashSet<string> { "m" } : [], 8) { Speed = speed },
        };

    private static PendingTask Request(string id, int tokens) =>
        Pending(id, new TaskShape("llm_inference", 0, 0, null) { Model = "m" }) with { ContextTokens = tokens };

    private static MeshPlanner Mesh(params NodeFacts[] nodes)
    {
        var planner = new MeshPlanner(new PlannerSettings { FirstTokenWithin = TimeSpan.FromSeconds(2) });
        foreach (var node in nodes)
        {
            planner.UpsertNode(node, available: true);
        }

        return planner;
    }
}
