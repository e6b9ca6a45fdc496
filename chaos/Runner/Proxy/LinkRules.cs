using System.Collections.Concurrent;

namespace Aurora.Chaos.Runner.Proxy;

/// <summary>What the network does to each node's link at the moment.</summary>
internal sealed class LinkRules(int seed)
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> cuts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Loss> losses = new(StringComparer.Ordinal);
    private readonly Lock exclusive = new();
    private readonly Random random = new(seed);
    private long dropped;
    private long duplicated;
    private long held;

    /// <summary>Frames dropped and duplicated so far.</summary>
    public long Disturbed => Interlocked.Read(ref dropped) + Interlocked.Read(ref duplicated);

    /// <summary>Frames that had to wait for the end of a cut so far.</summary>
    public long Held => Interlocked.Read(ref held);

    /// <summary>From now on nothing passes, in both directions; what is sent meanwhile arrives after <see cref="Heal"/>.</summary>
    public void Cut(string node) => cuts.TryAdd(node, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>From now on each text frame is lost or arrives twice with these probabilities.</summary>
    public void Disturb(string node, double drop, double duplicate) => losses[node] = new Loss(drop, duplicate);

    public void Heal(string node)
    {
        losses.TryRemove(node, out _);
        if (cuts.TryRemove(node, out var cut))
        {
            cut.TrySetResult();
        }
    }

    /// <summary>Completes when the node's link lets something pass.</summary>
    public async Task PassableAsync(string node, CancellationToken cancellation)
    {
        while (cuts.TryGetValue(node, out var cut))
        {
            Interlocked.Increment(ref held);
            await cut.Task.WaitAsync(cancellation);
        }
    }

    /// <summary>How often the next frame arrives: 0, 1 or 2 times.</summary>
    public int Copies(string node)
    {
        if (!losses.TryGetValue(node, out var loss))
        {
            return 1;
        }

        double chance;
        lock (exclusive)
        {
            chance = random.NextDouble();
        }

        if (chance < loss.Drop)
        {
            Interlocked.Increment(ref dropped);
            return 0;
        }

        if (chance < loss.Drop + loss.Duplicate)
        {
            Interlocked.Increment(ref duplicated);
            return 2;
        }

        return 1;
    }

    private sealed record Loss(double Drop, double Duplicate);
}
