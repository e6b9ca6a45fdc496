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

        mesh.Clock.Set(TimeSpan.FromMinutes(175));
        Assert.Equal(second, (await rented.NextAssignmentAsync()).TaskId);
    }

    private sealed class CostMesh : MeshCluster
    {
        public AdjustedTime Clock { get; } = new();

        protected override PlannerSettings Planner { get; } = new() { Profile = PlacementProfile.Cost };

        protected override TimeProvider Time => Clock;

        // Long enough that only the clock could make a beating node look silent.
        protected override TimeSpan LostAfter => TimeSpan.FromSeconds(30);
    }
}
