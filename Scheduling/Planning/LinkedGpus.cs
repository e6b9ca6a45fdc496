using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// Picks several GPUs of one node by what each is worth and by how they are linked. From every GPU a set is grown by whichever adds most, and
/// the best of these sets wins: exact where GPUs are linked in equal groups, as machines are built, and never far off elsewhere. Its cost is
/// the square of the node's GPUs times those that are needed.
/// </summary>
internal sealed class LinkedGpus
{
    private readonly List<(int Gpu, double Score)> suitable = [];
    private readonly List<int> grown = [];
    private readonly List<int> best = [];

    /// <summary>Begins with no GPU.</summary>
    public void Clear() => suitable.Clear();

    /// <summary>Adds a GPU that the task can have.</summary>
    public void Add(int gpu, double score) => suitable.Add((gpu, score));

    /// <summary>
    /// The best set, written to <paramref name="picked"/>; its score is the mean of the GPUs' scores and the mean share of their links times
    /// <paramref name="weight"/>. False where too few GPUs were added. Of equal sets the one of the lowest first index wins.
    /// </summary>
    public bool TryPick(GpuLinks links, double weight, Span<int> picked, out double score)
    {
        score = double.NegativeInfinity;
        if (suitable.Count < picked.Length)
        {
            return false;
        }

        for (var seed = 0; seed < suitable.Count; seed++)
        {
            var value = Grow(links, weight, seed, picked.Length);
            if (value > score)
            {
                score = value;
                best.Clear();
                best.AddRange(grown);
            }
        }

        for (var place = 0; place < picked.Length; place++)
        {
            picked[place] = suitable[best[place]].Gpu;
        }

        return true;
    }

    private double Grow(GpuLinks links, double weight, int seed, int needed)
    {
        grown.Clear();
        grown.Add(seed);
        var value = suitable[seed].Score / needed;
        var pairWeight = needed < 2 ? 0 : weight / (needed * (needed - 1) / 2);
        while (grown.Count < needed)
        {
            var (next, gain) = (-1, double.NegativeInfinity);
            for (var candidate = 0; candidate < suitable.Count; candidate++)
            {
                if (!grown.Contains(candidate) && GainOf(candidate) is var more && more > gain)
                {
                    (next, gain) = (candidate, more);
                }
            }

            grown.Add(next);
            value += gain;
        }

        return value;

        double GainOf(int candidate)
        {
            var (gpu, own) = suitable[candidate];
            var linked = 0.0;
            foreach (var member in grown)
            {
                linked += links.Between(gpu, suitable[member].Gpu);
            }

            return (own / needed) + (linked * pairWeight);
        }
    }
}
