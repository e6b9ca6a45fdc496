using Aurora.Storage;

namespace Aurora.Silo;

/// <summary>Brings the store up before anything else. A database that starts beside the silo, or restarts, is waited for.</summary>
internal static partial class StoreStartup
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <exception cref="StoreUnavailableException">It did not come within a minute.</exception>
    public static async Task InitializeAsync(ITaskStore store, TimeProvider time, ILogger logger)
    {
        var started = time.GetTimestamp();
        var told = false;
        while (true)
        {
            try
            {
                await store.InitializeAsync(CancellationToken.None);
                return;
            }
            catch (StoreUnavailableException e) when (time.GetElapsedTime(started) < Patience)
            {
                if (!told)
                {
                    told = true;
                    LogWaiting(logger, Patience.TotalSeconds, e.Message);
                }

                await Task.Delay(Pause, time);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The store does not answer; trying for {Seconds:F0} s: {Reason}")]
    private static partial void LogWaiting(ILogger logger, double seconds, string reason);
}
