using System.Collections.Concurrent;
using Aurora.Grains.Hooks;
using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Scheduling.Planning;
using Microsoft.Extensions.DependencyInjection;

namespace Aurora.Grains.Tests;

/// <summary>Nodes that are woken and given back, with programs that only note that they were started.</summary>
public sealed class HookTests
{
    private const string Rented = """{"price":{"tenure":"on-demand","per_hour":2}}""";
    private const string Owned = """{"labels":{"wake":"3c:ec:ef:01:02:03"}}""";

    [Fact]
    public async Task An_owned_node_that_is_away_is_woken_with_its_address_before_a_task_goes_to_a_rented_one()
    {
        await using var mesh = new HookedMesh(new NotedHooks { CanWake = true });
        await mesh.InitializeAsync();
        var owned = await mesh.JoinAsync("owned", Given.Node() with { Facts = Owned });
        await owned.DisposeAsync();
        var rented = await mesh.JoinAsync("rented", Given.Node() with { Facts = Rented });

        // Whoever is submitted before the node counts as asleep goes to the rented node; later ones wait.
        var waiting = await MeshCluster.EventuallyAsync(
            async () =>
            {
                var submitted = await mesh.SubmitAsync(Given.GpuTask(memoryGb: 1));
                if (submitted.Outcome.Status == "assigned")
                {
                    await rented.CompleteAsync((await rented.NextAssignmentAsync()).Id);
                }

                return submitted;
            },
            submitted => submitted.Outcome.Message?.Contains("owned, which is owned, is woken first", StringComparison.Ordinal) == true,
            "a task that waits for the owned node");
        await MeshCluster.EventuallyAsync(() => Task.FromResult(mesh.Hooks.Calls.ToArray()), calls => calls.Contains("wake owned 3c:ec:ef:01:02:03"), "the owned node is woken");

        await rented.DisposeAsync();
        await using var awake = await mesh.JoinAsync("owned", Given.Node(instance: "two") with { Facts = Owned });
        AttemptAssignment order;
        do
        {
            order = await awake.NextAssignmentAsync();
            await awake.CompleteAsync(order.Id);
        }
        while (order.TaskId != waiting.TaskId);
        await NotedAsync(mesh, MeshEventKinds.NodeWoken, "owned");
    }

    [Fact]
    public async Task A_rented_node_that_stands_idle_is_reported_and_nothing_else_without_a_program()
    {
        await using var mesh = new HookedMesh(new NotedHooks());
        await mesh.InitializeAsync();
        await using var rented = await mesh.JoinAsync("rented", Given.Node() with { Facts = Rented });
        await using var owned = await mesh.JoinAsync("owned");

        await NotedAsync(mesh, MeshEventKinds.NodeReleaseAdvised, "rented");

        var seen = await NodesAsync(mesh, nodes => nodes["rented"] is { ReleaseAdvised: true, Status: "active" }, "the advice");
        Assert.Equal((false, null), (seen["owned"].ReleaseAdvised, seen["owned"].IdleSince));
        Assert.Empty(mesh.Hooks.Calls);

        // It still takes work, and is not advised while it has some.
        await mesh.SubmitAsync(Given.GpuTask(memoryGb: 24));
        await mesh.SubmitAsync(Given.GpuTask(memoryGb: 24));
        var order = await rented.NextAssignmentAsync();
        await NodesAsync(mesh, nodes => !nodes["rented"].ReleaseAdvised, "no advice for a node that works");
        await rented.CompleteAsync(order.Id);
        await owned.CompleteAsync((await owned.NextAssignmentAsync()).Id);
    }

    [Fact]
    public async Task A_rented_node_is_closed_and_given_back_by_the_program()
    {
        await using var mesh = new HookedMesh(new NotedHooks { CanRelease = true });
        await mesh.InitializeAsync();
        await using var rented = await mesh.JoinAsync("rented", Given.Node() with { Facts = Rented });

        await NotedAsync(mesh, MeshEventKinds.NodeReleased, "rented");

        Assert.Contains("release rented", mesh.Hooks.Calls);
        await NodesAsync(mesh, nodes => nodes["rented"].Status == "releasing", "a node that is given back");
        await MeshCluster.EventuallyAsync(
            async () =>
            {
                var (_, outcome) = await mesh.SubmitAsync(Given.GpuTask(memoryGb: 1));
                if (outcome.Status == "assigned")
                {
                    await rented.CompleteAsync((await rented.NextAssignmentAsync()).Id);
                }

                return outcome;
            },
            outcome => outcome.Status == "queued",
            "a task that does not go there");
    }

    [Fact]
    public async Task When_the_program_fails_that_is_told_and_the_node_takes_work_again()
    {
        await using var mesh = new HookedMesh(new NotedHooks { CanRelease = true, Failure = "no such machine" });
        await mesh.InitializeAsync();
        await using var rented = await mesh.JoinAsync("rented", Given.Node() with { Facts = Rented });

        var told = await NotedAsync(mesh, MeshEventKinds.NodeHookFailed, "rented");
        Assert.Equal("no such machine", told.Detail);

        var (taskId, _) = await mesh.SubmitAsync(Given.GpuTask(memoryGb: 24));
        var order = await rented.NextAssignmentAsync();
        Assert.Equal(taskId, order.TaskId);
        await rented.CompleteAsync(order.Id);
    }

    private static Task<Dictionary<string, NodeStatusView>> NodesAsync(MeshCluster mesh, Func<Dictionary<string, NodeStatusView>, bool> satisfies, string expectation) =>
        MeshCluster.EventuallyAsync(async () => (await mesh.Scheduler.GetMeshAsync()).Nodes.ToDictionary(node => node.NodeId), satisfies, expectation);

    private static async Task<MeshEvent> NotedAsync(MeshCluster mesh, string kind, string nodeId)
    {
        var events = await MeshCluster.EventuallyAsync(
            async () => (await mesh.Client.GetGrain<IMeshEventsGrain>("default").ReadLatestAsync(1_000, taskId: null)).Events,
            seen => Array.Exists(seen, happened => happened.Kind == kind && happened.NodeId == nodeId),
            $"{kind} of {nodeId}");
        return events.First(happened => happened.Kind == kind && happened.NodeId == nodeId);
    }

    private sealed class HookedMesh(NotedHooks hooks) : MeshCluster
    {
        public NotedHooks Hooks { get; } = hooks;

        protected override PlannerSettings Planner { get; } = new() { WakeWait = TimeSpan.FromHours(1) };

        protected override void Configure(IServiceCollection services)
        {
            services.AddSingleton<INodeHooks>(Hooks);
            services.Configure<NodeHookOptions>(options =>
            {
                options.ReleaseAfter = TimeSpan.Zero;
                options.Patience = TimeSpan.FromHours(1);
            });
        }
    }

    private sealed class NotedHooks : INodeHooks
    {
        public ConcurrentQueue<string> Calls { get; } = new();

        public bool CanWake { get; init; }

        public bool CanRelease { get; init; }

        public string? Failure { get; init; }

        public Task<string?> WakeAsync(string nodeId, string address) => CallAsync($"wake {nodeId} {address}");

        public Task<string?> ReleaseAsync(string nodeId) => CallAsync($"release {nodeId}");

        private Task<string?> CallAsync(string call)
        {
            Calls.Enqueue(call);
            return Task.FromResult(Failure);
        }
    }
}
