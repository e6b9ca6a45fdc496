using Aurora.Scheduling.Planning;

namespace Aurora.Grains.Tests;

/// <summary>What a flood of tasks is has to do with time, so here none passes: timers alone go on.</summary>
public sealed class FloodTests(FloodTests.Mesh mesh) : IClassFixture<FloodTests.Mesh>
{
    // One more than the calls that go out at once in one window.
    private const int Nodes = 61;

    [Fact]
    public async Task In_a_flood_tasks_go_to_a_node_in_runs_and_all_arrive()
    {
        var nodes = new Dictionary<string, RecordingNode>();
        for (var number = 0; number < Nodes; number++)
        {
            nodes[$"n{number}"] = await mesh.JoinAsync($"n{number}", Given.Node(maxParallel: 100));
        }

        var before = await SubmitAsync(Nodes);
        var inFlood = await SubmitAsync(2 * MeshPlanner.RunMax);

        Assert.Equal(Nodes, before.Select(task => task.Node).Distinct().Count());
        Assert.Equal([MeshPlanner.RunMax, MeshPlanner.RunMax], inFlood.CountBy(task => task.Node).Select(count => count.Value));
        var arrived = new List<string>();
        foreach (var (nodeId, count) in before.Concat(inFlood).CountBy(task => task.Node))
        {
            for (var order = 0; order < count; order++)
            {
                arrived.Add((await nodes[nodeId].NextAssignmentAsync()).TaskId);
            }
        }

        Assert.Equal(before.Concat(inFlood).Select(task => task.TaskId).Order(), arrived.Order());
        foreach (var node in nodes.Values)
        {
            await node.DisposeAsync();
        }
    }

    private async Task<List<(string TaskId, string Node)>> SubmitAsync(int count)
    {
        var placed = new List<(string, string)>(count);
        for (var number = 0; number < count; number++)
        {
            var (taskId, outcome) = await mesh.SubmitAsync();
            placed.Add((taskId, outcome.Node!));
        }

        return placed;
    }

    public sealed class Mesh : MeshCluster
    {
        protected override TimeProvider Time { get; } = new StandingTime();
    }

    private sealed class StandingTime : TimeProvider
    {
        public override long GetTimestamp() => 1;
    }
}
