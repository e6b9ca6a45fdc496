using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Aurora.NodeAgent.Connection;

/// <summary>
/// One Orleans client for all nodes of the process. A client with static gateways may not find its way back by itself, so a
/// client whose calls fail is replaced by a new one from a new bootstrap.
/// </summary>
internal sealed class OrleansClientSource : IAsyncDisposable
{
    // Calls in flight when a gateway dies hang this long.
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim gate = new(1);
    private IHost? host;

    /// <summary>How long the gateways are tried until the way over them is given up.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public async Task<IClusterClient> GetAsync(MeshBootstrap bootstrap, IReadOnlyList<IPEndPoint> gateways, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (host is null)
            {
                var building = Build(bootstrap, gateways);
                try
                {
                    using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                    limit.CancelAfter(StartTimeout);
                    await building.StartAsync(limit.Token);
                }
                catch
                {
                    building.Dispose();
                    throw;
                }

                host = building;
            }

            return host.Services.GetRequiredService<IClusterClient>();
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Gives a client up, unless it has been replaced already.</summary>
    public void Abandon(IClusterClient client)
    {
        var current = host;
        if (current is not null
            && ReferenceEquals(current.Services.GetService<IClusterClient>(), client)
            && Interlocked.CompareExchange(ref host, null, current) == current)
        {
            _ = StopAsync(current);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref host, null) is { } current)
        {
            await StopAsync(current);
        }

        gate.Dispose();
    }

    private static async Task StopAsync(IHost stopping)
    {
        await stopping.StopAsync(TimeSpan.FromSeconds(2)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private static IHost Build(MeshBootstrap bootstrap, IReadOnlyList<IPEndPoint> gateways)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.UseOrleansClient(client => client
            .UseStaticClustering([.. gateways])
            .Configure<ClusterOptions>(options =>
            {
                options.ClusterId = bootstrap.ClusterId;
                options.ServiceId = bootstrap.ServiceId;
            })
            .Configure<ClientMessagingOptions>(options => options.ResponseTimeout = ResponseTimeout)
            .Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5)));
        return builder.Build();
    }
}
