namespace Aurora.Scheduling.Lifecycle;

/// <summary>What the loss of a node says about a task that it had.</summary>
public enum LossBlame
{
    /// <summary>Nothing: the task did not run, or the node went for a reason of its own.</summary>
    None,

    /// <summary>The task may have killed it, and so may another one that ran there.</summary>
    Shared,

    /// <summary>No task that ran there was with as many nodes when they died.</summary>
    Sole,
}

/// <summary>Which of the tasks that ran on a node are suspected of its death.</summary>
public static class LossBlames
{
    /// <summary>
    /// Of several tasks those that were with the most nodes when they died: what has killed nodes before is likelier to have done it again
    /// than a task that was there for the first time. The task alone is blamed only where one is above all others.
    /// </summary>
    /// <param name="running">The tasks that ran there, each with the <see cref="RetryState.Crashes"/> before this one.</param>
    /// <param name="hasStrangers">Whether tasks ran there whose history is not known.</param>
    public static IReadOnlyDictionary<string, LossBlame> Of(IReadOnlyCollection<KeyValuePair<string, int>> running, bool hasStrangers)
    {
        ArgumentNullException.ThrowIfNull(running);
        var most = running.Count == 0 ? 0 : running.Max(task => task.Value);
        string[] suspects = [.. running.Where(task => task.Value == most).Select(task => task.Key)];
        var blame = suspects.Length == 1 && !hasStrangers ? LossBlame.Sole : LossBlame.Shared;
        return suspects.ToDictionary(taskId => taskId, _ => blame, StringComparer.Ordinal);
    }
}
