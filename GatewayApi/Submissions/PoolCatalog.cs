using Aurora.GatewayApi.Hosting;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Schedulers;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.Submissions;

/// <summary>
/// Judges the names of pools. A pool is there from the moment when the first node that serves it joins; a task for one that never was
/// would wait for ever, most likely for a slip of the pen, and is refused.
/// </summary>
internal sealed class PoolCatalog(IGrainFactory grains, TimeProvider time, IOptions<AuroraGatewayOptions> options)
{
    private volatile Known? _known;

    /// <summary>Null when there is such a pool, otherwise what it must be.</summary>
    public ValueTask<string?> RefuseAsync(string pool) =>
        pool == MeshConstants.DefaultPool ? ValueTask.FromResult<string?>(null) : RefuseUnlessKnownAsync(pool);

    /// <summary>Every pool that there is; as old as <see cref="AuroraGatewayOptions.TaskTypesAgeMax"/> at most.</summary>
    public async ValueTask<IReadOnlyList<string>> ListAsync()
    {
        var known = _known;
        if (known is null || time.GetElapsedTime(known.At) > options.Value.TaskTypesAgeMax)
        {
            var pools = await grains.GetGrain<IMeshGrain>(0).GetPoolsAsync();
            _known = known = new(time.GetTimestamp(), pools);
        }

        return known.Pools;
    }

    private async ValueTask<string?> RefuseUnlessKnownAsync(string pool)
    {
        var pools = await ListAsync();
        return pools.Contains(pool)
            ? null
            : $"must be one of {string.Join(", ", pools)}; a pool begins when the first node that serves it joins (AURORA_POOLS on the node)";
    }

    private sealed record Known(long At, IReadOnlyList<string> Pools);
}
