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
        do
        {
            try
            {
                await Task.Run(() => store.Sweep(time.GetUtcNow() - options.Value.FilesKept), stoppingToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogNotSwept(e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    [LoggerMessage(LogLevel.Warning, "Old files of tasks could not be deleted: {Reason}")]
    private partial void LogNotSwept(string reason);
}
