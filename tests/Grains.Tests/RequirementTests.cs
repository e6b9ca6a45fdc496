using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Grains.Tests;

/// <summary>Requirements beyond GPUs, from the JSON of a task and the facts of a node to where it runs.</summary>
public sealed class RequirementTests(MeshCluster mesh) : IClassFixture<MeshCluster>
{
    [Fact]
    public async Task A_task_goes_to_the_node_that_carries_its_labels()
    {
        await using var office = await mesh.JoinAsync("office", Node("""{"labels":{"zone":"office"}}"""));
        await using var lab = await mesh.JoinAsync("lab", Node("""{"labels":{"zone":"lab","tier":"fast"}}"""));

        var (_, inLab) = await mesh.SubmitAsync(Task("""{"node_labels":{"zone":"lab"}}"""));
        var (_, nowhere) = await mesh.SubmitAsync(Task("""{"node_labels":{"zone":"attic"}}"""));

        Assert.Equal("lab", inLab.Node);
        Assert.Equal("queued", nowhere.Status);
        Assert.Contains("zone=attic", nowhere.Message, StringComparison.Ordinal);
        Assert.Contains("zone=lab", nowhere.Message, StringComparison.Ordinal);
        await lab.CompleteAsync((await lab.NextAssignmentAsync()).Id);
    }

    [Fact]
    public async Task Cores_and_host_memory_are_shared_out_and_never_exceeded()
    {
        await using var node = await mesh.JoinAsync("cores", Node("""{"cpu_cores":4,"memory_bytes":17179869184,"labels":{"of":"cores"}}"""));
        var needs = """{"cpu_cores":3,"host_memory_gb":6,"node_labels":{"of":"cores"}}""";

        var (_, first) = await mesh.SubmitAsync(Task(needs));
        var (second, waiting) = await mesh.SubmitAsync(Task(needs));
        var (_, tooMuch) = await mesh.SubmitAsync(Task("""{"host_memory_gb":32,"node_labels":{"of":"cores"}}"""));
        await node.CompleteAsync((await node.NextAssignmentAsync()).Id);
        var next = await node.NextAssignmentAsync();
        await node.CompleteAsync(next.Id);

        Assert.Equal(("assigned", "queued"), (first.Status, waiting.Status));
        Assert.Contains("cores", waiting.Message, StringComparison.Ordinal);
        Assert.Contains("32 GB of host memory", tooMuch.Message, StringComparison.Ordinal);
        Assert.Equal(second, next.TaskId);
    }

    [Fact]
    public async Task Tasks_that_are_kept_apart_run_on_different_nodes()
    {
        await using var one = await mesh.JoinAsync("apart-1", Node("""{"labels":{"of":"apart"}}"""));
        await using var two = await mesh.JoinAsync("apart-2", Node("""{"labels":{"of":"apart"}}"""));
        var needs = """{"anti_affinity":"replica","node_labels":{"of":"apart"}}""";

        var (_, first) = await mesh.SubmitAsync(Task(needs));
        var (_, second) = await mesh.SubmitAsync(Task(needs));
        var (third, waiting) = await mesh.SubmitAsync(Task(needs));
        await one.CompleteAsync((await one.NextAssignmentAsync()).Id);
        var next = await one.NextAssignmentAsync();

        Assert.Equal(["apart-1", "apart-2"], new[] { first.Node, second.Node }.Order());
        Assert.Equal("queued", waiting.Status);
        Assert.Equal(third, next.TaskId);
        await one.CompleteAsync(next.Id);
        await two.CompleteAsync((await two.NextAssignmentAsync()).Id);
    }

    [Fact]
    public async Task Of_several_shapes_the_first_that_fits_is_taken()
    {
        await using var node = await mesh.JoinAsync("either", Node("""{"labels":{"of":"either"}}""", 12, 12));
        var spec = Task("""{"any_of":[{"memory_gb":24,"gpu_count":1},{"memory_gb":24,"gpu_count":2}],"node_labels":{"of":"either"}}""") with
        {
            TaskType = KnownTaskTypes.Training,
            GpuCount = 1,
        };

        await mesh.SubmitAsync(spec);
        var (second, waiting) = await mesh.SubmitAsync(spec);
        var assignment = await node.NextAssignmentAsync();
        await node.CompleteAsync(assignment.Id);
        var next = await node.NextAssignmentAsync();

        Assert.Equal([0, 1], assignment.Gpus);
        Assert.Equal(12L << 30, assignment.MemoryBytesPerGpu);
        Assert.Contains("; or ", waiting.Message, StringComparison.Ordinal);
        Assert.Equal((second, 12L << 30), (next.TaskId, next.MemoryBytesPerGpu));
        await node.CompleteAsync(next.Id);
    }

    [Theory]
    [InlineData("""{"preferences":[5]}""")]
    [InlineData("""{"preferences":{"gpu_type":5,"node_labels":"x"}}""")]
    [InlineData("""{"node_labels":{"a":5},"cpu_cores":"x","any_of":[5]}""")]
    [InlineData("""{"any_of":[]}""")]
    [InlineData("""["node_labels" ]""")]
    [InlineData("""{"cpu_cores" """)]
    public async Task Requirements_that_no_gateway_judged_do_no_harm(string requirements)
    {
        await using var node = await mesh.JoinAsync("patient", Node("""{"labels":5,"cpu_cores":"many"}"""));

        var (_, outcome) = await mesh.SubmitAsync(Task(requirements));

        Assert.Contains(outcome.Status, new[] { "assigned", "queued" });
        await node.CompleteAsync((await node.NextAssignmentAsync()).Id);
    }

    private static TaskSpec Task(string requirements) => Given.TestTask() with { Requirements = requirements };

    private static NodeRegistration Node(string facts, params int[] gpusInGb) => Given.Node(gpusInGb: gpusInGb) with { Facts = facts };
}
