namespace Aurora.GatewayApi.Hosting;

/// <summary>
/// A gateway that starts while the database or every silo is away waits for them, for a minute; then it ends, so that
/// whoever supervises it sees a fault that stays.
/// </summary>
internal sealed partial class ConnectionPatience(TimeProvider time, ILogger<ConnectionPatience> logger) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly long started = time.GetTimestamp();

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(started) > Patience)
        {
            return false;
        }

        LogWaiting(exception.Message);
        await Task.Delay(Pause, time, cancellationToken);
        return true;
    }

    [LoggerMessage(LogLevel.Warning, "The mesh cannot be reached yet: {Reason}")]
    private partial void LogWaiting(string reason);
}
