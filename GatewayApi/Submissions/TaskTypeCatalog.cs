using System.Collections.Frozen;
using Aurora.GatewayApi.Hosting;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.Submissions;

/// <summary>Judges task types: the documented ones always, others while some node announces them.</summary>
internal sealed class TaskTypeCatalog(IGrainFactory grains, TimeProvider time, IOptions<AuroraGatewayOptions> options)
{
    private static readonly FrozenSet<string> Known = KnownTaskTypes.All.ToFrozenSet(StringComparer.Ordinal);

    private volatile Announced? _announced;

    /// <summary>Null when the type may be submitted, otherwise what it must be.</summary>
    public ValueTask<string?> RefuseAsync(string taskType) =>
        Known.Contains(taskType) ? ValueTask.FromResult<string?>(null) : RefuseUnlessAnnouncedAsync(taskType);

    private async ValueTask<string?> RefuseUnlessAnnouncedAsync(string taskType)
    {
        var remembered = _announced;
        if (remembered is null || time.GetElapsedTime(remembered.At) > options.Value.TaskTypesAgeMax)
        {
            var types = await grains.GetGrain<IMeshGrain>(0).GetTaskTypesAsync();
            _announced = remembered = new(time.GetTimestamp(), types);
        }

        return remembered.Types.Contains(taskType, StringComparer.Ordinal)
            ? null
            : $"must be one of {string.Join(", ", KnownTaskTypes.All.Union(remembered.Types))}, or a type that a node announces";
    }

    private sealed record Announced(long At, IReadOnlyList<string> Types);
}
