using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Scheduling.Planning;

namespace Aurora.Grains.Tests;

/// <summary>Tasks with a deadline in a mesh that goes by cost, from the submit to the node.</summary>
public sealed class SlackTests : IAsyncLifetime
{
    private const string Rented = """{"price":{"tenure":"on-demand","per_hour":4}}""";

    private readonly CostMesh mesh = new();

    public async ValueTask InitializeAsync() => await mesh.InitializeAsync();

    public ValueTask DisposeAsync() => mesh.DisposeAsync();

    [Fact]
    public async Task A_task_waits_for_an_owned_node_as_long_as_its_deadline_allows_and_then_goes_to_a_rented_one()
    {
        await using var owned = await mesh.JoinAsync("owned", Given.Node(maxParallel: 1));
        await using var rented = await mesh.JoinAsync("rented", Given.Node(maxParallel: 1) with { Facts = Rented });
        await mesh.SubmitAsync(Given.GpuTask(20));
        var busy = await owned.NextAssignmentAsync();
        var due = Given.GpuTask(20) with { Controls = new TaskControls { DurationS = 3_600, DeadlineS = 4 * 3_600 } };

        var (first, outcome) = await mesh.SubmitAsync(due);
        var (second, _) = await mesh.SubmitAsync(due);
        Assert.Equal("queued", outcome.Status);
        Assert.Contains("it waits for an owned GPU until", outcome.Message, StringComparison.Ordinal);

        await owned.CompleteAsync(busy.Id);
        Assert.Equal(first, (await owned.NextAssignmentAsync()).TaskId);
        Assert.Contains("its deadline leaves time", (await mesh.Client.GetGrain<ITaskGrain>(second).ExplainAsync())!.Summary, StringComparison.Ordinal);
        Assert.False(rented.HasAssignment);

        mesh.Clock.Pass(TimeSpan.FromMinutes(175));
        Assert.Equal(second, (await rented.NextAssignmentAsync()).TaskId);
    }

    [Fact]
    public async Task How_fast_a_task_says_that_it_runs_by_GPU_type_decides_where_it_is_in_time()
    {
        await using var slow = await mesh.JoinAsync("slow", Rent("Tesla T4", 1));
        await using var fast = await mesh.JoinAsync("fast", Rent("NVIDIA H100", 9));
        var due = Given.GpuTask(20) with { Controls = new TaskControls { DurationS = 3_600, DeadlineS = 3 * 3_600 } };

        var (first, _) = await mesh.SubmitAsync(due);
        var (second, _) = await mesh.SubmitAsync(due with { Requirements = """{"gpu_speeds":{"H100":1,"T4":0.4}}""" });

        // By the power of the GPUs a T4 is much too slow.
        Assert.Equal(first, (await fast.NextAssignmentAsync()).TaskId);
        Assert.Equal(second, (await slow.NextAssignmentAsync()).TaskId);
    }

    private static NodeRegistration Rent(string gpu, int perHour) => Given.Node() with
    {
        Gpus = [new GpuDevice(0, gpu, 24 * MeshConstants.BytesPerGb, "GPU-0")],
        Facts = $$$"""{"price":{"tenure":"on-demand","per_hour":{{{perHour}}}}}""",
    };

    private sealed class CostMesh : MeshCluster
    {
        public AdjustedTime Clock { get; } = new();

        protected override PlannerSettings Planner { get; } = new() { Profile = PlacementProfile.Cost };

        protected override TimeProvider Time => Clock;

        // Long enough that only the clock could make a beating node look silent.
        protected override TimeSpan LostAfter => TimeSpan.FromSeconds(30);
    }
}
