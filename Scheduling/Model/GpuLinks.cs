namespace Aurora.Scheduling.Model;

/// <summary>How fast the GPUs of a node reach each other, from what the node tells of the links between them.</summary>
/// <param name="Shares">For each pair of indexes a number from 0 (across processor sockets, or not told) to 1 (a link of the vendor's own).</param>
public sealed record GpuLinks(IReadOnlyList<IReadOnlyList<double>> Shares)
{
    /// <summary>The most GPUs of a node whose links are looked at.</summary>
    public const int GpusMax = 64;

    /// <summary>
    /// The links under the names that <c>nvidia-smi topo -m</c> gives them, row by row; null where no pair has a link that is known. The order is
    /// that of the tool's legend. The distance between a link of the vendor's own and the rest is ours: it moves several times what PCI Express does.
    /// </summary>
    public static GpuLinks? Of(IReadOnlyList<IReadOnlyList<string?>> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count is < 2 or > GpusMax || names.Any(row => row.Count != names.Count))
        {
            return null;
        }

        var shares = new double[names.Count][];
        for (var one = 0; one < names.Count; one++)
        {
            shares[one] = new double[names.Count];
            for (var other = 0; other < names.Count; other++)
            {
                // A pair is as fast as its slower direction; nobody tells two different ones.
                shares[one][other] = one == other ? 0 : Math.Min(ShareOf(names[one][other]), ShareOf(names[other][one]));
            }
        }

        return shares.Any(row => row.Any(share => share > 0)) ? new GpuLinks(shares) : null;
    }

    /// <summary>How fast two GPUs reach each other; 0 for an index that nothing was told of.</summary>
    public double Between(int one, int other) =>
        (uint)one < (uint)Shares.Count && (uint)other < (uint)Shares.Count ? Shares[one][other] : 0;

    /// <summary>The mean over all pairs of these GPUs; 0 for fewer than two.</summary>
    public double Mean(ReadOnlySpan<int> gpus)
    {
        var sum = 0.0;
        for (var one = 0; one < gpus.Length; one++)
        {
            for (var other = one + 1; other < gpus.Length; other++)
            {
                sum += Between(gpus[one], gpus[other]);
            }
        }

        return gpus.Length < 2 ? 0 : sum / (gpus.Length * (gpus.Length - 1) / 2);
    }

    private static double ShareOf(string? name) => name switch
    {
        "XGMI" => 1,
        "PIX" => 0.4,
        "PXB" => 0.3,
        "PHB" => 0.2,
        "NODE" => 0.1,
        ['N', 'V', >= '1' and <= '9', ..] => 1,
        _ => 0,
    };
}
