using Aurora.NodeAgent.Connection;

namespace Aurora.NodeAgent.Output;

/// <summary>The connection that output goes through: whichever the node has at the moment.</summary>
internal sealed class OutputLink
{
    private readonly Lock gate = new();
    private TaskCompletionSource<IMeshSession> session = NewSource();

    /// <summary>From now on output goes through this connection.</summary>
    public void Connect(IMeshSession connected)
    {
        lock (gate)
        {
            session = session.Task.IsCompleted ? NewSource() : session;
            session.SetResult(connected);
        }
    }

    /// <summary>From now on output waits.</summary>
    public void Disconnect()
    {
        lock (gate)
        {
            session = session.Task.IsCompleted ? NewSource() : session;
        }
    }

    /// <summary>The connection, as soon as there is one.</summary>
    public Task<IMeshSession> SessionAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return session.Task.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource<IMeshSession> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
