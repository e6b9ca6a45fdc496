using System.Net;
using Aurora.Grains.Interfaces;
using Aurora.Storage;
using Orleans.Configuration;

namespace Aurora.Silo;

/// <summary>How this silo clusters and where its grains keep small state.</summary>
internal static class OrleansComposition
{
    // A caller gives up well before a person does; every method is safe to repeat.
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(10);

    public static ISiloBuilder UseAuroraClustering(this ISiloBuilder silo, SiloSettings settings)
    {
        var address = settings.AdvertisedAddress ?? IPAddress.Loopback;
        silo.UseDevelopmentClustering(new IPEndPoint(address, settings.SiloPort))
            .ConfigureEndpoints(address, settings.SiloPort, settings.GatewayPort)
            .Configure<ClusterOptions>(options =>
            {
                options.ClusterId = MeshConstants.ClusterId;
                options.ServiceId = MeshConstants.ServiceId;
            })
            .Configure<SiloMessagingOptions>(options =>
            {
                options.ResponseTimeout = ResponseTimeout;
                options.ClientDropTimeout = TimeSpan.FromSeconds(5);
            })
            .Configure<ClientMessagingOptions>(options => options.ResponseTimeout = ResponseTimeout)
            // A task's grain is addressed a few times around its submit and rarely later.
            .Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromMinutes(2));
        return silo;
    }

    public static ISiloBuilder AddAuroraGrainStorage(this ISiloBuilder silo, SiloSettings settings) =>
        settings.Postgres is { } postgres
            ? silo.AddAuroraPostgresGrainStorage(postgres)
            : silo.AddAuroraSqliteGrainStorage(settings.SqliteFile);
}
