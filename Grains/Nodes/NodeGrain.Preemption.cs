using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.Grains.Nodes;

/// <summary>
/// Attempts that leave for another task. They are held until the agent reports their end, so that their memory is given to nobody while
/// they still write their checkpoint.
/// </summary>
internal sealed partial class NodeGrain
{
    public Task PreemptAsync(LeavingAttempt[] attempts)
    {
        TakeLeaving(attempts);
        if (joined && agent is not null && Leaving() is { Length: > 0 } leaving)
        {
            // A push is a hint; each heartbeat's answer repeats it.
            Push(agent.PreemptAsync(leaving));
        }

        return Task.CompletedTask;
    }

    private void TakeLeaving(LeavingAttempt[] attempts)
    {
        foreach (var (attempt, other) in attempts)
        {
            if (Find(attempt.TaskId) is { } held && held.Attempt == attempt.Attempt)
            {
                held.LeavesFor ??= other;
            }
        }
    }

    private LeavingAttempt[] Leaving() =>
        [.. Held.Where(attempt => attempt.LeavesFor is not null).Select(attempt => new LeavingAttempt(attempt.Assignment.Id, attempt.LeavesFor!))];
}
