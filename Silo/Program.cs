using Aurora.GatewayApi.Hosting;
using Aurora.Grains;
using Aurora.NodeAgent.Agent;
using Aurora.NodeAgent.Hosting;
using Aurora.Silo;
using Aurora.Storage;
using Microsoft.Extensions.Options;
using Orleans.Dashboard;

try
{
    // Settings are read once: to see a file of them change, the host would watch all below the directory that it was started in,
    // and a service is started in the root of the file system.
    var builder = WebApplication.CreateBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);
    var settings = SiloSettings.From(builder.Configuration);
    using var directoryLock = settings.Postgres is null ? DataDirectoryLock.Take(settings.DataDirectory) : null;

    builder.AddAuroraDefaults();
    builder.Services.AddAuroraWindowsService(StartupFailure.ServiceName);
    builder.Services.AddAuroraStorage(storage =>
    {
        storage.ConnectionString = settings.Postgres;
        storage.SqlitePath = settings.SqliteFile;
    });
    builder.UseOrleans(silo => silo
        .UseAuroraClustering(settings)
        .AddAuroraGrainStorage(settings)
        .AddAuroraGrains()
        .AddAuroraTraces(builder.Configuration)
        .AddDashboard());
    builder.Services.AddSingleton(Options.Create(settings.Planner));
    builder.Services.AddSingleton(Options.Create(settings.Hooks));
    builder.Services.AddHostedService<AccessStartup>();
    builder.Services.AddAuroraGateway(builder.Configuration, service: "aurora-coordinator");
    builder.Services.Configure<AuroraGatewayOptions>(gateway => gateway.LocalJoinToken = LocalGateway.Token);
    if (settings.LocalNode)
    {
        builder.Services.AddAuroraLocalNode(builder.Configuration, LocalGateway.AddressOf, LocalGateway.Token);
    }

    await using var app = builder.Build();
    app.UseAuroraGateway();
    app.MapAuroraGateway();
    app.Lifetime.ApplicationStarted.Register(() => StartupBanner.Print(app, settings));

    await StoreStartup.InitializeAsync(app.Services.GetRequiredService<ITaskStore>(), TimeProvider.System, app.Logger);
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (StartupFailure.Explain(e) is { } line)
{
    await WindowsService.ExplainAsync(StartupFailure.ServiceName, line);
    return StartupFailure.ExitCode;
}
