using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.Grains.Nodes;

/// <summary>The ends of one report, sorted by pool. Nearly every report is of one pool.</summary>
internal sealed class EndsByPool
{
    private readonly List<(string Pool, List<AttemptEnd> Ends)> lists = [];

    public void Add(string pool, AttemptEnd end)
    {
        foreach (var (name, ends) in lists)
        {
            if (name == pool)
            {
                ends.Add(end);
                return;
            }
        }

        lists.Add((pool, [end]));
    }

    public void SendTo(EndedOutbox outbox)
    {
        foreach (var (pool, ends) in lists)
        {
            outbox.Add(pool, ends);
        }
    }
}
