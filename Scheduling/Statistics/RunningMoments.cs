namespace Aurora.Scheduling.Statistics;

/// <summary>Mean and spread of numbers that come one by one (B. P. Welford, Technometrics 4(3), 1962), in constant space.</summary>
/// <param name="Count">How many there were.</param>
/// <param name="Mean">Their mean; 0 while there are none.</param>
/// <param name="SquaredDeviations">The sum of their squared distances from the mean.</param>
public readonly record struct RunningMoments(long Count, double Mean, double SquaredDeviations)
{
    /// <summary>The variance of the population that they were drawn from; 0 for fewer than two.</summary>
    public double Variance => Count > 1 ? SquaredDeviations / (Count - 1) : 0;

    /// <summary>The same with one more. What is no number is left out.</summary>
    public RunningMoments With(double value)
    {
        if (!double.IsFinite(value))
        {
            return this;
        }

        var distance = value - Mean;
        var mean = Mean + (distance / (Count + 1));
        return new RunningMoments(Count + 1, mean, SquaredDeviations + (distance * (value - mean)));
    }
}
