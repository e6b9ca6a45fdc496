using System.Collections.Concurrent;
using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.Grains.Nodes;

/// <summary>Ended attempts of this silo's nodes on their way to the schedulers: a lane for each pool, so that none waits for another's scheduler.</summary>
internal sealed class EndedOutbox(IGrainFactory grains, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, EndedLane> lanes = new(StringComparer.Ordinal);

    public void Add(string pool, IReadOnlyCollection<AttemptEnd> ended) => LaneOf(pool).Add(ended);

    public void AddStart(string pool, AttemptStart start) => LaneOf(pool).AddStart(start);

    private EndedLane LaneOf(string pool) => lanes.GetOrAdd(pool, static (name, own) => new EndedLane(own.grains, own.time, name), (grains, time));
}
