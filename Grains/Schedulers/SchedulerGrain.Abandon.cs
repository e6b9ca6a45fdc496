using Aurora.Grains.Interfaces;
using Aurora.Storage;

namespace Aurora.Grains.Schedulers;

/// <summary>Giving up: an activation that no longer knows the truth ends, and the next one reads it from the store.</summary>
internal sealed partial class SchedulerGrain : IDisposable
{
    private readonly CancellationTokenSource givingUp = new();
    private bool abandoned;

    public void Dispose() => givingUp.Dispose();

    /// <summary>
    /// Commits, or gives this activation up: after a failed write memory no longer knows the truth, and the next
    /// activation reads it from the store.
    /// </summary>
    private async Task<OperationOutcome[]> CommitAsync(TaskOperation[] operations)
    {
        if (abandoned)
        {
            throw GivenUp();
        }

        try
        {
            return await store.CommitAsync(operations).WaitAsync(givingUp.Token);
        }
        catch (StoreUnavailableException e)
        {
            Abandon("a write failed: " + e.Message);
            throw new MeshUnavailableException("The store does not take writes for now: " + e.Message);
        }
        catch (OperationCanceledException) when (givingUp.IsCancellationRequested)
        {
            throw GivenUp();
        }
    }

    /// <summary>Reads, but not on when this activation is given up: it ends only when no call is under way in it.</summary>
    private async Task<T> ReadAsync<T>(Task<T> read)
    {
        try
        {
            return await StoreGuard.Read(read).WaitAsync(givingUp.Token);
        }
        catch (OperationCanceledException) when (givingUp.IsCancellationRequested)
        {
            throw GivenUp();
        }
    }

    private static MeshUnavailableException GivenUp() => new("The scheduler begins again elsewhere; whether this had its effect shows when it is asked again.");

    /// <summary>A write was refused though its task is as it must be: only the epoch can have been wrong. Gives this activation up.</summary>
    private MeshUnavailableException Superseded()
    {
        Abandon("a newer scheduler has the pool");
        return new MeshUnavailableException("The scheduler moved; this had no effect.");
    }

    private void Abandon(string reason)
    {
        if (!abandoned)
        {
            abandoned = true;
            LogAbandoned(Pool, epoch, reason);
            givingUp.Cancel();
            DeactivateOnIdle();
        }
    }
}
