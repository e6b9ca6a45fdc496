namespace Aurora.Scheduling.Statistics;

/// <summary>A value and where the true one lies with a confidence of 95 %.</summary>
public readonly record struct ConfidenceInterval(double Value, double Low, double High)
{
    private const double Z = 1.959964;

    /// <summary>Of a mean, by Student's t; null for fewer than two numbers.</summary>
    public static ConfidenceInterval? OfMean(RunningMoments sample) => sample.Count < 2
        ? null
        : Around(sample.Mean, Quantile(sample.Count - 1) * Math.Sqrt(sample.Variance / sample.Count));

    /// <summary>
    /// Of the difference between the means of two samples whose variances may differ (B. L. Welch, Biometrika 34, 1947); null where
    /// either has fewer than two numbers.
    /// </summary>
    public static ConfidenceInterval? OfDifference(RunningMoments sample, RunningMoments from)
    {
        if (sample.Count < 2 || from.Count < 2)
        {
            return null;
        }

        var (a, b) = (sample.Variance / sample.Count, from.Variance / from.Count);
        var freedom = a + b > 0 ? Math.Pow(a + b, 2) / ((a * a / (sample.Count - 1)) + (b * b / (from.Count - 1))) : 1;
        return Around(sample.Mean - from.Mean, Quantile(freedom) * Math.Sqrt(a + b));
    }

    /// <summary>Of a share (E. B. Wilson, JASA 22, 1927), which stays within 0 and 1 and holds for few cases too; null for none.</summary>
    public static ConfidenceInterval? OfShare(long hits, long cases)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(hits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hits, cases);
        if (cases == 0)
        {
            return null;
        }

        var share = (double)hits / cases;
        var weight = 1 + (Z * Z / cases);
        var center = (share + (Z * Z / (2 * cases))) / weight;
        var half = Z / weight * Math.Sqrt((share * (1 - share) / cases) + (Z * Z / (4.0 * cases * cases)));
        return new ConfidenceInterval(share, Math.Max(0, center - half), Math.Min(1, center + half));
    }

    /// <summary>
    /// The quantile of Student's t that leaves 2.5 % above it: exact for one and two degrees of freedom, otherwise the expansion of
    /// Abramowitz and Stegun 26.7.5, which is off by less than 1 % from three on.
    /// </summary>
    public static double Quantile(double freedom)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(freedom);
        if (freedom < 1.5)
        {
            return 12.7062;
        }

        if (freedom < 2.5)
        {
            return 4.30265;
        }

        var z3 = Z * Z * Z;
        var z5 = z3 * Z * Z;
        var z7 = z5 * Z * Z;
        var z9 = z7 * Z * Z;
        return Z
            + ((z3 + Z) / (4 * freedom))
            + (((5 * z5) + (16 * z3) + (3 * Z)) / (96 * Math.Pow(freedom, 2)))
            + (((3 * z7) + (19 * z5) + (17 * z3) - (15 * Z)) / (384 * Math.Pow(freedom, 3)))
            + (((79 * z9) + (776 * z7) + (1482 * z5) - (1920 * z3) - (945 * Z)) / (92160 * Math.Pow(freedom, 4)));
    }

    private static ConfidenceInterval Around(double value, double half) => new(value, value - half, value + half);
}
