using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aurora.Grains.Schedulers;

/// <summary>
/// Keeps the scheduler of every pool active: an activation lost with its silo comes back only when somebody calls it, and queued tasks
/// call nobody. Each pool is called for itself, so that one that does not answer holds up no other.
/// </summary>
internal sealed partial class SchedulerKeepAlive(IGrainFactory grains, ITaskStore store, TimeProvider time, ILogger<SchedulerKeepAlive> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LookForPoolsEvery = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var kept = new Dictionary<string, Task>(StringComparer.Ordinal) { [MeshConstants.DefaultPool] = KeepAsync(MeshConstants.DefaultPool, stoppingToken) };
        using var timer = new PeriodicTimer(LookForPoolsEvery, time);
        do
        {
            try
            {
                foreach (var pool in await store.ListPoolsAsync(stoppingToken))
                {
                    kept.TryAdd(pool, kept.ContainsKey(pool) ? Task.CompletedTask : KeepAsync(pool, stoppingToken));
                }
            }
            catch (Exception e) when (e is StoreUnavailableException or OperationCanceledException)
            {
                // The pools that are known go on.
            }
        }
        while (!stoppingToken.IsCancellationRequested && await timer.WaitForNextTickAsync(CancellationToken.None));

        await Task.WhenAll(kept.Values);
    }

    private async Task KeepAsync(string pool, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var failing = false;
        do
        {
            try
            {
                await grains.GetGrain<ISchedulerGrain>(pool).PingAsync().WaitAsync(stoppingToken);
                failing = false;
            }
            catch (Exception e)
            {
                if (!failing && !stoppingToken.IsCancellationRequested)
                {
                    failing = true;
                    LogUnreachable(pool, e.Message);
                }
            }
        }
        while (!stoppingToken.IsCancellationRequested && await timer.WaitForNextTickAsync(CancellationToken.None));
    }

    [LoggerMessage(LogLevel.Warning, "The scheduler of pool {Pool} cannot be reached and is tried again every 500 ms: {Reason}")]
    private partial void LogUnreachable(string pool, string reason);
}
