using System.Threading.Channels;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Routes;

namespace Aurora.GatewayApi.Routes;

/// <summary>Brings what was seen of requests to the mesh, several at a time; nobody waits for it.</summary>
internal sealed partial class RouteRecorder(IGrainFactory grains, TimeProvider time, ILogger<RouteRecorder> logger) : BackgroundService
{
    private const int BatchMax = 1_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    // A mesh that is away for long costs samples, never memory.
    private readonly Channel<RouteSample> samples =
        Channel.CreateBounded<RouteSample>(new BoundedChannelOptions(100_000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    public void Add(RouteSample sample) => samples.Writer.TryWrite(sample);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<RouteSample>();
        try
        {
            while (await samples.Reader.WaitToReadAsync(stoppingToken))
            {
                while (batch.Count < BatchMax && samples.Reader.TryRead(out var sample))
                {
                    batch.Add(sample);
                }

                await RecordAsync([.. batch]);
                batch.Clear();
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The gateway stops.
        }
    }

    private async Task RecordAsync(RouteSample[] batch)
    {
        try
        {
            await grains.GetGrain<IRouteGrain>(0).RecordAsync(batch);
        }
        catch (Exception exception) when (ProblemMiddleware.IsUnavailable(exception))
        {
            // Sent again it might be counted twice, and a test counts what it knows.
            LogLost(batch.Length, exception.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Count} requests are missing in the reports of routes: {Reason}")]
    private partial void LogLost(int count, string reason);
}
