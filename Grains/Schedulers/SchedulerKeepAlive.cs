using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Schedulers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aurora.Grains.Schedulers;

/// <summary>
/// Keeps the scheduler active: an activation lost with its silo comes back only when somebody calls it, and queued tasks
/// call nobody.
/// </summary>
internal sealed partial class SchedulerKeepAlive(IGrainFactory grains, TimeProvider time, ILogger<SchedulerKeepAlive> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var failing = false;
        do
        {
            try
            {
                await grains.GetGrain<ISchedulerGrain>(MeshConstants.DefaultPool).PingAsync().WaitAsync(stoppingToken);
                failing = false;
            }
            catch (Exception e)
            {
                if (!failing && !stoppingToken.IsCancellationRequested)
                {
                    failing = true;
                    LogUnreachable(e.Message);
                }
            }
        }
        while (!stoppingToken.IsCancellationRequested && await timer.WaitForNextTickAsync(CancellationToken.None));
    }

    [LoggerMessage(LogLevel.Warning, "The scheduler cannot be reached and is tried again every 500 ms: {Reason}")]
    private partial void LogUnreachable(string reason);
}
