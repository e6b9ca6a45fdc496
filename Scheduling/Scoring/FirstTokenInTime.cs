using Aurora.Scheduling.Routing;

namespace Aurora.Scheduling.Scoring;

/// <summary>
/// A request to an inference server where the mesh has a time within which the first token is due: a slow server that is well in
/// time before a fast one, so that fast ones stay open for requests that need them; where none is in time, the one that is soonest.
/// </summary>
internal static class FirstTokenInTime
{
    private static readonly ScoringPolicy Policy = new(
        "first token in time, fast servers spared",
        new ScoreTerms(InTime: 0.6, SpeedSpared: 0.35, Soon: 0.05));

    public static ScoringPolicy For(RequestTiming timing) => Policy with { Timing = timing };
}
