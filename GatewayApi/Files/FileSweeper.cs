using Aurora.GatewayApi.Hosting;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.Files;

/// <summary>Deletes what was kept long enough.</summary>
internal sealed partial class FileSweeper(
    ITaskFileStore store, IOptions<AuroraGatewayOptions> options, TimeProvider time, ILogger<FileSweeper> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await Task.Run(Sweep, stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }

    private void Sweep()
    {
        try
        {
            store.Sweep(time.GetUtcNow() - options.Value.FilesKept);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotSwept(e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Old files of tasks could not be deleted: {Reason}")]
    private partial void LogNotSwept(string reason);
}
