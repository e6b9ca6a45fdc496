using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Endpoints;
using Aurora.GatewayApi.Events;
using Aurora.GatewayApi.Files;
using Aurora.GatewayApi.Groups;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Logs;
using Aurora.GatewayApi.Observability;
using Aurora.GatewayApi.OpenAi;
using Aurora.GatewayApi.Output;
using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.Routes;
using Aurora.GatewayApi.Submissions;
using Aurora.GatewayApi.Tenants;
using Aurora.GatewayApi.WebConsole;
using Aurora.GatewayApi.Webhooks;
using Aurora.GatewayApi.WebSockets;
using Aurora.Grains.Interfaces.Nodes;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Dashboard;

namespace Aurora.GatewayApi.Hosting;

/// <summary>Puts the gateway into a host that has an <see cref="IGrainFactory"/>: a silo, or an Orleans client.</summary>
public static class GatewayHosting
{
    /// <summary>Where the gateway listens when <c>ASPNETCORE_URLS</c> does not say.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8001";

    /// <summary>Registers the gateway. The host adds Orleans, and the Orleans Dashboard, itself. Telemetry calls the process <paramref name="service"/>.</summary>
    public static IServiceCollection AddAuroraGateway(this IServiceCollection services, IConfiguration configuration, string service = "aurora-gateway")
    {
        services.AddOptions<AuroraGatewayOptions>().Configure(options => GatewayEnvironment.Read(configuration, options));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<TaskIdSource>();
        services.TryAddSingleton<SubmitOutbox>();
        services.TryAddSingleton<TaskTypeCatalog>();
        services.TryAddSingleton<PoolCatalog>();
        services.TryAddSingleton<ControlsCheck>();
        services.AddHostedService<WebhookSender>();
        services.TryAddSingleton<KeyRing>();
        services.TryAddSingleton<MeshGateways>();
        services.TryAddSingleton<RegistryBroadcaster>();
        services.TryAddSingleton(provider => new RefusalPace(provider.GetRequiredService<TimeProvider>(), Random.Shared));
        services.TryAddSingleton(provider => new RegistrationGate(provider.GetRequiredService<TimeProvider>(), Random.Shared));
        services.TryAddSingleton<TaskOutputReader>();
        services.TryAddSingleton<ITaskFileStore, DirectoryFileStore>();
        services.AddHostedService<FileSweeper>();
        services.TryAddSingleton<KeptLogs>();
        services.TryAddSingleton<TaskLogReader>();
        services.TryAddSingleton<MeshEventFeed>();
        services.TryAddSingleton<ModelDirectory>();
        services.TryAddSingleton<InferenceTasks>();
        services.TryAddSingleton<RouteDirectory>();
        services.TryAddSingleton<RouteTraffic>();
        services.TryAddSingleton<RouteRecorder>();
        services.AddHostedService(provider => provider.GetRequiredService<RouteRecorder>());
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, GatewayJsonContext.Web);
        });
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });
        services.AddGatewayOpenApi();
        services.AddAuroraTelemetry(configuration, service);
        return services;
    }

    /// <summary>Adds what surrounds the endpoints: problem bodies, WebSockets and access. Call it before other middleware.</summary>
    public static IApplicationBuilder UseAuroraGateway(this IApplicationBuilder app)
    {
        app.UseMiddleware<ProblemMiddleware>();
        app.UseRouting();
        app.UseMiddleware<AccessMiddleware>();
        app.UseWebSockets(new WebSocketOptions
        {
            KeepAliveInterval = TimeSpan.FromSeconds(15),
            KeepAliveTimeout = TimeSpan.FromSeconds(10),
        });
        return app;
    }

    /// <summary>Maps every endpoint of the gateway.</summary>
    public static IEndpointRouteBuilder MapAuroraGateway(this IEndpointRouteBuilder routes)
    {
        // What runs here is told from the start, not from the first request that counts something.
        _ = routes.ServiceProvider.GetRequiredService<GatewayInstruments>();
        var documented = routes.MapDocumented();
        documented.MapIdentity();
        documented.MapHealth();
        documented.MapConsole();
        documented.MapMesh();
        documented.MapQueue();
        documented.MapCosts();
        documented.MapNodeOperations();
        documented.MapSnapshot();
        var tasks = documented.MapGroup("/tasks").WithTags("Tasks");
        tasks.MapSubmit();
        tasks.MapBatch();
        tasks.MapPlan();
        tasks.MapTaskLists();
        tasks.MapDeadLetters();
        tasks.MapTask();
        tasks.MapLogs();
        documented.MapEvents();
        documented.MapGroups();
        tasks.MapArtifacts();
        tasks.MapNodeFiles();
        documented.MapOpenAi();
        documented.MapRoutes();
        documented.MapAccess();
        documented.MapTenants();
        documented.MapNodeSockets();
        routes.MapOpenApi().WithMetadata(RouteScope.Read);
        routes.MapPrometheusScrapingEndpoint("/metrics").WithMetadata(RouteScope.Read);
        if (routes.ServiceProvider.GetRequiredService<IOptions<AuroraGatewayOptions>>().Value.MapDashboard)
        {
            routes.MapOrleansDashboard("/dashboard").WithMetadata(RouteScope.Operate).ExcludeFromDescription();
        }

        return routes;
    }
}
