namespace Aurora.Scheduling.Scoring;

/// <summary>
/// A request to an inference server, at any priority: a node with the model in memory wins until half of its request slots are
/// taken more than an idle node's; then loading the model elsewhere is the better start.
/// </summary>
internal static class WithModel
{
    public static ScoringPolicy Policy { get; } = new(
        "model loaded, then room for requests",
        new ScoreTerms(ModelLoaded: 0.3, RequestsFree: 0.6, CpuIdle: 0.1));
}
