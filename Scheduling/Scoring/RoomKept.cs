namespace Aurora.Scheduling.Scoring;

/// <summary>The `pack` profile, at any priority. The place is chosen by what it costs the tasks that are expected; the score only shows it.</summary>
internal static class RoomKept
{
    public static ScoringPolicy Policy { get; } = new("keeps room for what is expected", new ScoreTerms(RoomKept: 1));
}
