using Aurora.Grains.Interfaces.Access;
using Aurora.Grains.Interfaces.Routes;
using Aurora.Grains.Interfaces.Tenants;
using Aurora.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Hosting;
using Orleans.Storage;

namespace Aurora.Grains.Tests;

/// <summary>A write of small state that failed is in force only if it landed, and the next write does not bring it along.</summary>
public sealed class FailedWriteTests(FailedWriteTests.UnreliableMesh mesh) : IClassFixture<FailedWriteTests.UnreliableMesh>
{
    [Theory]
    [InlineData(WriteFault.Refused)]
    [InlineData(WriteFault.LandedUnanswered)]
    public async Task A_grant_whose_write_failed_is_what_the_store_says(WriteFault fault)
    {
        var tenants = mesh.Client.GetGrain<ITenantsGrain>((int)fault);

        await WithFailedWriteAsync(fault, name => tenants.PutAsync(new TenantGrant(name, 1, null, null)));

        Assert.Equal(Expected(fault), (await tenants.ListAsync()).Select(grant => grant.Tenant));
    }

    [Theory]
    [InlineData(WriteFault.Refused)]
    [InlineData(WriteFault.LandedUnanswered)]
    public async Task A_key_whose_write_failed_is_what_the_store_says(WriteFault fault)
    {
        var keys = mesh.Client.GetGrain<IAccessGrain>(fault.ToString());

        await WithFailedWriteAsync(fault, name => keys.CreateAsync(name, [AccessScopes.Read], defaultPriority: null));

        Assert.Equal(Expected(fault), (await keys.GetAsync()).Keys.Select(key => key.Name));
    }

    [Theory]
    [InlineData(WriteFault.Refused)]
    [InlineData(WriteFault.LandedUnanswered)]
    public async Task A_route_whose_write_failed_is_what_the_store_says(WriteFault fault)
    {
        var routes = mesh.Client.GetGrain<IRouteGrain>((int)fault);

        await WithFailedWriteAsync(fault, name => routes.PutAsync(new ModelRoute(name, [new RouteVariant("v", "m", 1, null)])));

        Assert.Equal(Expected(fault), (await routes.ListAsync()).Select(route => route.Name));
    }

    private static string[] Expected(WriteFault fault) => fault == WriteFault.Refused ? ["a", "c"] : ["a", "b", "c"];

    private async Task WithFailedWriteAsync(WriteFault fault, Func<string, Task> write)
    {
        await write("a");
        mesh.Next = fault;
        await Assert.ThrowsAnyAsync<Exception>(() => write("b"));
        await write("c");
    }

    public enum WriteFault
    {
        None,
        Refused,
        LandedUnanswered,
    }

    /// <summary>A mesh one of whose writes fails.</summary>
    public sealed class UnreliableMesh : MeshCluster
    {
        private const string Reliable = "reliable";

        /// <summary>What becomes of the next write.</summary>
        public WriteFault Next { get; set; }

        protected override void AddGrainStorage(ISiloBuilder silo)
        {
            silo.AddMemoryGrainStorage(Reliable);
            silo.Services.AddGrainStorage(
                StorageNames.Grains, (services, _) => new UnreliableStorage(services.GetRequiredKeyedService<IGrainStorage>(Reliable), this));
        }
    }

    private sealed class UnreliableStorage(IGrainStorage store, UnreliableMesh mesh) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => store.ReadStateAsync(stateName, grainId, grainState);

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => store.ClearStateAsync(stateName, grainId, grainState);

        public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            var fault = mesh.Next;
            mesh.Next = WriteFault.None;
            if (fault != WriteFault.Refused)
            {
                await store.WriteStateAsync(stateName, grainId, grainState);
            }

            if (fault != WriteFault.None)
            {
                throw new TimeoutException("The store gave no answer.");
            }
        }
    }
}
