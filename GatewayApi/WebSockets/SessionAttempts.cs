using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.GatewayApi.WebSockets;

/// <summary>
/// The attempts that one socket was given and has not settled. A client that knows no attempt numbers is spoken for by
/// this: what it says of a task is said of the attempt that it was given.
/// </summary>
internal sealed class SessionAttempts
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Attempt, bool Stopped)> _attempts = new(StringComparer.Ordinal);

    /// <summary>Notes a new attempt; false when the node has it already.</summary>
    public bool TryAdd(AttemptId attempt)
    {
        lock (_lock)
        {
            if (_attempts.TryGetValue(attempt.TaskId, out var held) && held.Attempt >= attempt.Attempt)
            {
                return false;
            }

            _attempts[attempt.TaskId] = (attempt.Attempt, Stopped: false);
            return true;
        }
    }

    /// <summary>
    /// Marks an attempt as no longer wanted. It stays known until the node reports it, so that a late report still
    /// names the attempt it belongs to and is refused as stale.
    /// </summary>
    public void Stop(AttemptId attempt)
    {
        lock (_lock)
        {
            if (_attempts.TryGetValue(attempt.TaskId, out var held) && held.Attempt == attempt.Attempt)
            {
                _attempts[attempt.TaskId] = (held.Attempt, Stopped: true);
            }
        }
    }

    /// <summary>Forgets an attempt whose end was settled, unless a newer one of the task was given since.</summary>
    public void Settle(AttemptId attempt)
    {
        lock (_lock)
        {
            if (_attempts.TryGetValue(attempt.TaskId, out var held) && held.Attempt <= attempt.Attempt)
            {
                _attempts.Remove(attempt.TaskId);
            }
        }
    }

    /// <summary>The attempt of a task that the node was given; 0 when it was given none.</summary>
    public int Find(string taskId)
    {
        lock (_lock)
        {
            return _attempts.TryGetValue(taskId, out var held) ? held.Attempt : 0;
        }
    }

    /// <summary>What the node runs, for a heartbeat.</summary>
    public AttemptId[] Running()
    {
        lock (_lock)
        {
            return [.. _attempts.Where(held => !held.Value.Stopped).Select(held => new AttemptId(held.Key, held.Value.Attempt))];
        }
    }
}
