using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Scoring;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

public sealed class WhyWaitingTests
{
    public static TheoryData<TaskShape, string> Lacking => new()
    {
        { Shape(taskType: "x"), "no node announces task type 'x'" },
        { Shape(taskType: "custom"), "no node announces task type 'custom'; one does when AURORA_ALLOW_SCRIPTS lets it run scripts" },
        { Shape(taskType: "embeddings"), "no node announces task type 'embeddings'; one does when an inference server runs on its machine" },
        { Shape(gb: 80), "needs 80 GB on one GPU; the largest here has 40 GB" },
        { Shape(gb: 30, type: "RTX 4090"), "needs 30 GB on one GPU; the largest here has 24 GB" },
        { Shape(gpus: 3), "needs 3 GPUs on one node; no node has more than 2" },
        { Shape(gpus: 2, gb: 30), "needs 30 GB on each of 2 GPUs of one node; the most here is 24 GB on each" },
        { Shape(type: "H100"), "needs 1 GPU of type 'H100'; no node has one (the mesh has A100 40GB, RTX 4090)" },
        { Shape(gpus: 2, type: "A100"), "needs 2 GPUs of type 'A100' on one node; no node has more than 1 (the mesh has A100 40GB, RTX 4090)" },
        { Shape(), "fits 3 nodes; waits for its turn" },
    };

    [Theory]
    [MemberData(nameof(Lacking))]
    public void The_first_thing_that_no_node_offers_is_named_with_the_numbers(TaskShape shape, string reason) =>
        Assert.Equal(
            reason,
            PlannerWith(
                Node("a", 1, Gpu("A100 40GB", 40)), Node("b", 2, Gpu("RTX 4090", 24), Gpu("RTX 4090", 24)), Node("c", 1, Gpu("RTX 4090", 24)))
                .WhyWaiting([shape]));

    [Fact]
    public void Alternatives_that_wait_for_different_reasons_are_named_and_a_reason_that_all_share_is_said_once()
    {
        var planner = PlannerWith(Node("n", 9, Gpu("A40", 48)));
        planner.Submit(Pending("runs", Shape(gb: 40)), Start);

        // What a preference for an H100 comes to: an alternative that is tried first.
        Assert.Equal(
            "1 GPU of type 'H100' with 24 GB (preferred, not required): needs 1 GPU of type 'H100'; no node has one (the mesh has A40); or "
            + "1 GPU with 24 GB: fits 1 node, but it cannot take it now: 1 node has at most 8 GB per GPU free of the 24 GB that it needs",
            planner.WhyWaiting([Shape(gb: 24, type: "H100"), Shape(gb: 24)]));
        Assert.StartsWith("fits 1 node, but it cannot take it now", planner.WhyWaiting([Shape(gb: 24, type: "A40"), Shape(gb: 24)]), StringComparison.Ordinal);

        // Two that are as good are alternatives, of which none is preferred to the other; labels are preferred as types are.
        Assert.DoesNotContain("preferred", planner.WhyWaiting([Shape(gb: 24, type: "H100"), Shape(gb: 24, type: "A40")]), StringComparison.Ordinal);
        var near = Shape(gb: 24) with { Labels = LabelSet.Of([KeyValuePair.Create("zone", "lab")]) };
        Assert.StartsWith("1 GPU with 24 GB on a node with zone=lab (preferred, not required): no node", planner.WhyWaiting([near, Shape(gb: 24)]), StringComparison.Ordinal);
        Assert.StartsWith("1 GPU with 24 GB on a node with zone=lab: no node", planner.WhyWaiting([near, Shape(gb: 40)]), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_the_machine_only_what_was_asked_for_is_told()
    {
        var planner = PlannerWith(Node("n", 9) with { Host = new HostShare(8_000, 16 * Gb) });

        Assert.Equal("needs 64 cores on one node; no node has more than 8 cores", planner.WhyWaiting([Shape(gpus: 0) with { Host = new HostShare(64_000, 0) }]));
        Assert.Equal(
            "needs 64 GB of host memory on one node; no node has more than 16 GB of host memory", planner.WhyWaiting([Shape(gpus: 0) with { Host = new HostShare(0, 64 * Gb) }]));
        planner.Submit(Pending("runs", Shape(gpus: 0) with { AntiAffinity = "db" }), Start);
        Assert.Equal("fits 1 node, but it cannot take it now: 1 node runs another task with anti_affinity 'db'", planner.WhyWaiting([Shape(gpus: 0) with { AntiAffinity = "db" }]));
    }

    [Fact]
    public void An_empty_mesh_says_so() => Assert.Equal("no node has joined its pool yet", Planner().WhyWaiting([Shape()]));

    [Fact]
    public void Busy_nodes_are_counted_by_what_keeps_them_busy_and_the_count_follows_them()
    {
        var planner = PlannerWith(
            Node("slots", 1, Gpu("A", 24)), Node("memory", 9, Gpu("A", 24)), Node("gone", 9, Gpu("A", 24)), Node("small", 9, Gpu("A", 8)));
        planner.SetAvailable("gone", false);
        planner.ObserveLoad("memory", Load(0, new GpuLoad(0, 14 * Gb, null)));
        Assert.Equal("fits 3 nodes; waits for its turn", planner.WhyWaiting([Shape(gb: 20)]));

        planner.Submit(Pending("t", Shape(gb: 20)), Start);

        Assert.Equal(
            "fits 3 nodes, but none can take it now: no slot is free on 1 node, 1 node has at most 10 GB per GPU free of the 20 GB that it needs, 1 node is closed to new work",
            planner.WhyWaiting([Shape(gb: 20)]));
    }

    [Fact]
    public void Nodes_that_all_take_no_new_work_are_not_called_busy()
    {
        var planner = PlannerWith(Node("a", 1));
        planner.SetAvailable("a", false);

        Assert.Equal("fits 1 node, but it is closed to new work: cordoned, drained, in quarantine or silent", planner.WhyWaiting([Shape(gpus: 0)]));
    }

    [Fact]
    public void A_waiting_task_is_explained_with_its_place_its_priority_and_every_node()
    {
        var planner = PlannerWith(Node("b", 9, Gpu("A", 24)), Node("a", 9, Gpu("A", 40)));
        planner.Submit(Pending("first", Shape(gb: 80), 5), Start);
        planner.Submit(Pending("second", Shape(gb: 81), 5, minutes: 5), Start);

        var explanation = planner.Explain("second", Start.AddMinutes(15))!;

        Assert.Equal("needs 81 GB on one GPU; the largest here has 40 GB", explanation.Summary);
        Assert.Equal((2L, 6.0, null), (explanation.QueuePosition, explanation.EffectivePriority, explanation.Placement));
        Assert.Equal(["a", "b"], explanation.Nodes.Select(node => node.NodeId));
        Assert.All(explanation.Nodes, node => Assert.Equal("gpu_memory_too_small", Assert.Single(node.Refusals).Code));
        Assert.Null(planner.Explain("nobody", Start));
    }

    [Fact]
    public void A_placed_task_is_explained_with_the_score_that_chose_its_node()
    {
        var planner = PlannerWith(Node("a", 1, Gpu("NVIDIA A40", 48)), Node("b", 1, Gpu("Tesla T4", 16)));
        planner.Submit(Pending("t", Shape(gb: 12), 9), Start);

        var explanation = planner.Explain("t", Start)!;

        Assert.Equal("a", explanation.Placement?.NodeId);
        Assert.StartsWith("attempt 1 is on a on GPU 0: tasks of priority 9 are placed by 'most powerful GPU'", explanation.Summary, StringComparison.Ordinal);
        var own = explanation.Nodes[0];
        Assert.Empty(own.Refusals);
        Assert.True(own.Score > explanation.Nodes[1].Score);
        Assert.Equal(0.75, own.Terms["memory_free"]); // (48 - 12) / 48
        Assert.Equal(["cpu_idle", "few_tasks", "gpu_idle", "memory_free", "power"], own.Terms.Keys.Order());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 2)]
    [InlineData(9, 1)]
    [InlineData(5, 0)]
    public void A_score_is_the_weighted_sum_of_the_terms_shown(int priority, int gpus)
    {
        var planner = PlannerWith(Node("a", 2, Gpu("NVIDIA A40", 48), Gpu("Tesla T4", 16)));
        planner.ObserveLoad("a", Load(0.3, new GpuLoad(0, 10 * Gb, 0.2), new GpuLoad(1, 2 * Gb, 0.6)));
        var task = Pending("t", Shape(gpus, gb: 4), priority);
        planner.Submit(task, Start);

        var answer = Assert.Single(planner.Explain("t", Start)!.Nodes);

        var policy = ScoringPolicy.For(task, PlacementProfile.Balanced).Weights;
        var weights = policy.Named(policy);
        Assert.Equal(answer.Terms.Sum(term => term.Value * weights[term.Key]), answer.Score!.Value, precision: 12);
    }
}
