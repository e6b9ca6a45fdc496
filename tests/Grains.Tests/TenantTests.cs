using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Grains.Interfaces.Tenants;

namespace Aurora.Grains.Tests;

/// <summary>What tenants are granted while the mesh runs.</summary>
public sealed class TenantTests(MeshCluster mesh) : IClassFixture<MeshCluster>
{
    private IMeshGrain Mesh => mesh.Client.GetGrain<IMeshGrain>(0);

    [Fact]
    public async Task A_quota_of_GPUs_holds_from_when_it_is_stored_until_it_is_taken_back()
    {
        await using var node = await mesh.JoinAsync("a", Given.Node(gpusInGb: [24, 24]));
        await Mesh.PutTenantAsync(new TenantGrant("one", 1, GpusMax: 1, QueuedMax: null));
        await mesh.SubmitAsync(Of("one", Given.GpuTask(4)));
        var first = await node.NextAssignmentAsync();
        var (held, outcome) = await mesh.SubmitAsync(Of("one", Given.GpuTask(4)));

        Assert.Equal(("queued", "tenant 'one' holds 1 GPU of its quota of 1, and this needs 1 more"), (outcome.Status, outcome.Message));
        Assert.Equal((1, 1, 1), await UseAsync("one"));
        Assert.True(await Mesh.DeleteTenantAsync("one"));
        var second = await node.NextAssignmentAsync();
        Assert.Equal(held, second.TaskId);
        Assert.False(await Mesh.DeleteTenantAsync("one"));
        await Task.WhenAll(node.CompleteAsync(first.Id), node.CompleteAsync(second.Id));
    }

    [Fact]
    public async Task A_quota_of_the_queue_refuses_further_tasks_and_is_known_to_a_scheduler_that_was_rebuilt()
    {
        await Mesh.PutTenantAsync(new TenantGrant("two", 1, GpusMax: null, QueuedMax: 1));
        var (waiting, _) = await mesh.SubmitAsync(Of("two", Given.GpuTask(4)));
        Assert.Equal("refused", (await mesh.SubmitAsync(Of("two", Given.GpuTask(4)))).Outcome.Status);

        mesh.Store.IsDown = true;
        await Assert.ThrowsAnyAsync<Exception>(() => mesh.SubmitAsync(Given.GpuTask(4)));
        mesh.Store.IsDown = false;
        var again = await MeshCluster.EventuallyAsync(
            async () =>
            {
                try
                {
                    return (await mesh.SubmitAsync(Of("two", Given.GpuTask(4)))).Outcome.Status;
                }
                catch (Interfaces.MeshUnavailableException)
                {
                    return "unavailable";
                }
            },
            status => status != "unavailable",
            "the rebuilt scheduler answers");

        Assert.Equal("refused", again);
        Assert.Equal("queued", (await mesh.GetAsync(waiting)).Status);
        await mesh.Scheduler.CancelAsync(waiting);
        await Mesh.DeleteTenantAsync("two");
    }

    private async Task<(int Gpus, int Placed, int Queued)> UseAsync(string tenant) =>
        (await Mesh.GetTenantsAsync()).Single(view => view.Grant.Tenant == tenant) is var view ? (view.GpusInUse, view.Placed, view.Queued) : default;

    private static TaskSpec Of(string tenant, TaskSpec spec) => spec with { Controls = new TaskControls { Tenant = tenant } };
}
