using Aurora.Scheduling.Statistics;

namespace Aurora.Scheduling.Tests.Statistics;

public sealed class ConfidenceIntervalTests
{
    // Of R's t.test and of the printed tables.
    [Theory]
    [InlineData(1, 12.7062)]
    [InlineData(2, 4.3027)]
    [InlineData(3, 3.1824)]
    [InlineData(4, 2.7764)]
    [InlineData(10, 2.2281)]
    [InlineData(30, 2.0423)]
    [InlineData(1_000_000, 1.9600)]
    public void The_quantile_is_the_one_of_the_tables(double freedom, double expected) =>
        Assert.InRange(ConfidenceInterval.Quantile(freedom), expected * 0.99, expected * 1.01);

    [Fact]
    public void A_mean_lies_within_what_its_sample_allows()
    {
        // t.test(c(1, 2, 3, 4, 5)): 3, from 1.036757 to 4.963243.
        var interval = ConfidenceInterval.OfMean(Sample(1, 2, 3, 4, 5))!.Value;

        Assert.Equal(3, interval.Value, 9);
        Assert.InRange(interval.Low, 1.02, 1.05);
        Assert.InRange(interval.High, 4.95, 4.98);
    }

    [Fact]
    public void The_difference_of_two_samples_is_Welchs()
    {
        // t.test(c(10, 12, 9, 11, 13), c(1, 5, 3, 2, 9, 4)): 7, from 3.864 to 10.136.
        var interval = ConfidenceInterval.OfDifference(Sample(10, 12, 9, 11, 13), Sample(1, 5, 3, 2, 9, 4))!.Value;

        Assert.Equal(7, interval.Value, 9);
        Assert.InRange(interval.Low, 3.6, 4.1);
        Assert.InRange(interval.High, 9.9, 10.4);
    }

    [Theory]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(5, 10, 0.2366, 0.7634)]
    [InlineData(10, 10, 0.7225, 1)]
    public void A_share_stays_within_its_bounds(long hits, long cases, double low, double high)
    {
        var interval = ConfidenceInterval.OfShare(hits, cases)!.Value;

        Assert.Equal((double)hits / cases, interval.Value, 9);
        Assert.Equal(low, interval.Low, 3);
        Assert.Equal(high, interval.High, 3);
    }

    [Fact]
    public void Nothing_is_said_of_too_little()
    {
        Assert.Null(ConfidenceInterval.OfMean(Sample(1)));
        Assert.Null(ConfidenceInterval.OfDifference(Sample(1, 2), Sample(1)));
        Assert.Null(ConfidenceInterval.OfShare(0, 0));
    }

    [Fact]
    public void Numbers_that_are_none_are_left_out() => Assert.Equal(Sample(1, 2), Sample(1, double.NaN, 2, double.PositiveInfinity));

    [Fact]
    public void The_spread_is_exact_far_from_zero() => Assert.Equal(1, Sample(1e9, 1e9 + 1, 1e9 + 2).Variance, 6);

    private static RunningMoments Sample(params double[] values) => values.Aggregate(default(RunningMoments), (moments, value) => moments.With(value));
}
