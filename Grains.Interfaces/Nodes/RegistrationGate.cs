namespace Aurora.Grains.Interfaces.Nodes;

/// <summary>
/// Lets so many nodes register at once. A thousand that come back in one moment would otherwise wait for each other, all of them until
/// they give up, and submits with them. Who is not let in soon is told to come later, before it gives up by itself: what is done then
/// is not done for nobody. A process has one: nodes with a socket pass it in their gateway, those over Orleans in the silo of their grain.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="random">Spreads those who come again.</param>
public sealed class RegistrationGate(TimeProvider time, Random random) : IDisposable
{
    /// <summary>Registrations under way at once; each is a write, and those that are under way together share commits.</summary>
    public const int AtOnceMax = 32;

    /// <summary>How long one waits for its turn. Clients give up after 5 s and more.</summary>
    public static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim places = new(AtOnceMax);
    private int waiting;

    /// <summary>False when the turn did not come in time; otherwise <see cref="Leave"/> has to follow.</summary>
    public async Task<bool> TryEnterAsync(CancellationToken cancellation)
    {
        if (places.Wait(0, CancellationToken.None))
        {
            return true;
        }

        Interlocked.Increment(ref waiting);
        using var patience = new CancellationTokenSource(PatienceMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            await places.WaitAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <summary>Makes room for the next one.</summary>
    public void Leave() => places.Release();

    /// <inheritdoc/>
    public void Dispose() => places.Dispose();

    /// <summary>
    /// After how long one that was not let in should come again: uniform up to a bound that grows with those who wait, so that they do
    /// not return in one moment.
    /// </summary>
    public TimeSpan Pause()
    {
        var most = PauseMin * (2 + ((double)Volatile.Read(ref waiting) / AtOnceMax));
        return PauseMin + (((most < PauseMax ? most : PauseMax) - PauseMin) * random.NextDouble());
    }
}
