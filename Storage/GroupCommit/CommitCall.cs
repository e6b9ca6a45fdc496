namespace Aurora.Storage.GroupCommit;

/// <summary>One caller's operations, possibly spread over several groups; completes when the last of them has an outcome.</summary>
internal sealed class CommitCall(int count)
{
    private readonly TaskCompletionSource<OperationOutcome[]> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly OperationOutcome[] _outcomes = new OperationOutcome[count];
    private int _remaining = count;
    private Exception? _failure;

    public Task<OperationOutcome[]> Completion => _completion.Task;

    public void Succeed(int index, in OperationOutcome outcome)
    {
        _outcomes[index] = outcome;
        CountDown();
    }

    public void Fail(Exception exception)
    {
        // "The store is away" outranks "this one is refused": the caller then knows that others may be missing too.
        if (exception is StoreUnavailableException)
        {
            Volatile.Write(ref _failure, exception);
        }
        else
        {
            Interlocked.CompareExchange(ref _failure, exception, null);
        }

        CountDown();
    }

    private void CountDown()
    {
        if (Interlocked.Decrement(ref _remaining) != 0)
        {
            return;
        }

        if (Volatile.Read(ref _failure) is { } failure)
        {
            _completion.SetException(failure);
        }
        else
        {
            _completion.SetResult(_outcomes);
        }
    }
}
