using System.Threading.Channels;

namespace Aurora.Storage.GroupCommit;

/// <summary>
/// One writer: takes whatever has gathered while the last group was committed, up to a full group, and commits it. A lone
/// operation is never held back to wait for company.
/// </summary>
internal sealed class GroupCommitLane : IAsyncDisposable
{
    /// <summary>Past this size the cost per row hardly falls, while every waiter of the group waits longer.</summary>
    public const int GroupSize = 512;

    // Not the single-reader kind: that one cannot count what it holds.
    private readonly Channel<QueuedOperation> _queue = Channel.CreateUnbounded<QueuedOperation>();

    private readonly QueuedOperation[] _group = new QueuedOperation[GroupSize];
    private readonly OperationOutcome[] _outcomes = new OperationOutcome[GroupSize];
    private readonly IGroupExecutor _executor;
    private readonly bool _ownThread;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public GroupCommitLane(IGroupExecutor executor, bool ownThread)
    {
        _executor = executor;
        _ownThread = ownThread;
        if (ownThread)
        {
            new Thread(() => RunAsync().GetAwaiter().GetResult()) { IsBackground = true, Name = "Aurora store writer" }.Start();
        }
        else
        {
            _ = Task.Run(RunAsync);
        }
    }

    public void Enqueue(in QueuedOperation operation)
    {
        if (!_queue.Writer.TryWrite(operation))
        {
            operation.Call.Fail(new ObjectDisposedException(nameof(ITaskStore)));
        }
    }

    /// <summary>Commits what is queued, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _stopped.Task;
        await _executor.DisposeAsync();
    }

    private async Task RunAsync()
    {
        while (await WaitAsync())
        {
            var count = 0;
            while (count < GroupSize && _queue.Reader.TryRead(out var operation))
            {
                _group[count] = operation with { Arrival = count };
                count++;
            }

            Array.Sort(_group, 0, count);
            await CommitAsync(0, count);
            Array.Clear(_group, 0, count);
            Array.Clear(_outcomes, 0, count);
        }

        _stopped.SetResult();
    }

    // On a thread of its own the loop never leaves that thread: it blocks here, and the executor blocks in the database.
    private ValueTask<bool> WaitAsync()
        => _ownThread ? new(_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult()) : _queue.Reader.WaitToReadAsync();

    private async ValueTask CommitAsync(int start, int count)
    {
        try
        {
            await _executor.ExecuteAsync(_group.AsMemory(start, count), _outcomes.AsMemory(start, count));
        }
        catch (RefusedGroupException) when (count > 1)
        {
            // One operation poisons the group and nothing of it was written: halving finds it, and the others commit.
            Array.Clear(_outcomes, start, count);
            await CommitAsync(start, count / 2);
            await CommitAsync(start + (count / 2), count - (count / 2));
            return;
        }
        catch (StoreUnavailableException exception)
        {
            Fail(start, count, exception);
            FailQueued(exception);
            return;
        }
        catch (RefusedGroupException refused)
        {
            Fail(start, count, new InvalidOperationException(refused.Message, refused.InnerException));
            return;
        }
        catch (Exception exception)
        {
            Fail(start, count, exception);
            return;
        }

        for (var i = start; i < start + count; i++)
        {
            _group[i].Call.Succeed(_group[i].Index, _outcomes[i]);
        }
    }

    private void Fail(int start, int count, Exception exception)
    {
        for (var i = start; i < start + count; i++)
        {
            _group[i].Call.Fail(exception);
        }
    }

    // Whoever queued behind a lost connection learns it now, not one timeout per group later.
    private void FailQueued(StoreUnavailableException exception)
    {
        for (var left = _queue.Reader.Count; left > 0 && _queue.Reader.TryRead(out var operation); left--)
        {
            operation.Call.Fail(exception);
        }
    }
}
