using System.Net;
using Aurora.Grains;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Tracing;
using Aurora.Storage;
using Aurora.Storage.Postgres;
using Orleans.Configuration;

namespace Aurora.Silo;

/// <summary>How this silo clusters and where its grains keep small state.</summary>
internal static class OrleansComposition
{
    // A call under way when its silo dies hangs this long; every method is safe to repeat.
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(5);

    public static ISiloBuilder UseAuroraClustering(this ISiloBuilder silo, SiloSettings settings)
    {
        silo.Services.AddSingleton<TimeProvider>(new ForwardClock(TimeProvider.System));
        var address = settings.AdvertisedAddress ?? IPAddress.Loopback;
        if (settings.Postgres is { } postgres)
        {
            silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", PostgresConnectionString.ToPrimary(postgres)));
        }
        else
        {
            silo.UseDevelopmentClustering(new IPEndPoint(address, settings.SiloPort));
        }

        silo.ConfigureEndpoints(address, settings.SiloPort, settings.GatewayPort)
            .Configure<ClusterOptions>(options =>
            {
                options.ClusterId = MeshConstants.ClusterId;
                options.ServiceId = MeshConstants.ServiceId;
            })
            .Configure<ClusterMembershipOptions>(options =>
            {
                // Two silos that miss two answers each declare a third one dead: within about 3 s after a kill, 8 s after a freeze.
                options.ProbeTimeout = TimeSpan.FromSeconds(1);
                options.MaxProbeTimeout = TimeSpan.FromSeconds(2);
                options.NumMissedProbesLimit = 2;
                options.DeathVoteExpirationTimeout = TimeSpan.FromSeconds(30);
                options.TableRefreshTimeout = TimeSpan.FromSeconds(5);
                options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
                options.DefunctSiloExpiration = TimeSpan.FromDays(1);
            })
            .Configure<SiloMessagingOptions>(options =>
            {
                options.ResponseTimeout = ResponseTimeout;
                options.ClientDropTimeout = TimeSpan.FromSeconds(2);
            })
            .Configure<ClientMessagingOptions>(options => options.ResponseTimeout = ResponseTimeout)
            .Configure<GrainCollectionOptions>(options =>
            {
                // A task's grain is addressed a few times around its submit and rarely later.
                options.CollectionAge = TimeSpan.FromMinutes(2);

                // A scheduler reads every open task first, and one that is given up half way would begin again for ever.
                options.ActivationTimeout = TimeSpan.FromMinutes(5);
            });
        return silo;
    }

    /// <summary>Carries traces over grain calls, where they are exported; a filter on every call is not for nothing.</summary>
    public static ISiloBuilder AddAuroraTraces(this ISiloBuilder silo, IConfiguration configuration) =>
        OtlpVariables.From(name => configuration[name]).Traces ? silo.AddActivityPropagation() : silo;

    public static ISiloBuilder AddAuroraGrainStorage(this ISiloBuilder silo, SiloSettings settings) =>
        settings.Postgres is { } postgres
            ? silo.AddAuroraPostgresGrainStorage(postgres)
            : silo.AddAuroraSqliteGrainStorage(settings.SqliteFile);
}
