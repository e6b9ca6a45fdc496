using Aurora.Scheduling.Feasibility;
using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Scoring;

/// <summary>
/// How fast a GPU is. The row with the most words of all that match the type counts, an operator's row before a
/// built-in one. A model without a row counts as slower than every known one, and among its like more memory counts
/// as faster: newer and larger models come with more. A laptop part counts as its desktop namesake.
/// </summary>
internal sealed class GpuPowerTable
{
    // Half of an unknown model's range is reached at this much memory.
    private const double UnknownHalfBytes = 24.0 * (1L << 30);

    private readonly IReadOnlyList<(string Type, double Teraflops, bool Operators)> rows;
    private readonly Dictionary<string, double?> known = new(StringComparer.Ordinal);
    private readonly double fastest;
    private readonly double slowest;

    public GpuPowerTable(IReadOnlyDictionary<string, double> operators)
    {
        rows =
        [
            .. operators.OrderBy(row => row.Key, StringComparer.Ordinal).Select(row => (row.Key, row.Value, true)),
            .. PublishedGpuPower.Rows.Select(row => (row.Type, row.Teraflops, false)),
        ];
        fastest = rows.Max(row => row.Teraflops);
        slowest = rows.Min(row => row.Teraflops);
    }

    /// <summary>Dense FP16 tensor TFLOPS; an estimate below every known model for one without a row.</summary>
    public double TeraflopsOf(GpuFacts gpu) => Find(gpu.Type) ?? Estimate(gpu.MemoryBytes);

    /// <summary>The speed as a share of the fastest known model's, in [0, 1].</summary>
    public double ShareOf(GpuFacts gpu) => TeraflopsOf(gpu) / fastest;

    private double Estimate(long memoryBytes)
    {
        var bytes = (double)Math.Max(0, memoryBytes);
        return slowest * bytes / (bytes + UnknownHalfBytes);
    }

    private double? Find(string type)
    {
        if (!known.TryGetValue(type, out var teraflops))
        {
            teraflops = rows
                .Where(row => GpuTypeName.Matches(row.Type, type))
                .OrderByDescending(row => row.Operators)
                .ThenByDescending(row => GpuTypeName.Tokens(row.Type).Count)
                .Select(row => (double?)row.Teraflops)
                .FirstOrDefault();
            known.Add(type, teraflops);
        }

        return teraflops;
    }
}
