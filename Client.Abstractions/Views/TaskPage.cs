namespace Aurora.Client.Abstractions.Views;

/// <summary>One page of a list of tasks.</summary>
/// <param name="NextCursor">What the next page is asked for with; null on the last one.</param>
public sealed record TaskPage(IReadOnlyList<MeshTask> Tasks, string? NextCursor)
{
    /// <summary>The most tasks of one page.</summary>
    public const int LimitMax = 500;

    /// <summary>Fails for a limit that the mesh would refuse.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1 or above <see cref="LimitMax"/>.</exception>
    public static void RequireLimit(int limit)
    {
        if (limit is < 1 or > LimitMax)
        {
            throw new ArgumentOutOfRangeException(nameof(limit), limit, $"must be from 1 to {LimitMax}");
        }
    }
}
