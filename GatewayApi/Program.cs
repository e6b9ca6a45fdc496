using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Observability;
using Aurora.Grains.Interfaces;
using Orleans.Configuration;
using Orleans.Dashboard;

// A gateway of its own: an Orleans client of a mesh that runs elsewhere, to scale the edge out.
var builder = WebApplication.CreateSlimBuilder(args);
if (builder.Configuration[WebHostDefaults.ServerUrlsKey] is null or "")
{
    builder.WebHost.UseUrls(GatewayHosting.DefaultUrl);
}

builder.WebHost.UseKestrelHttpsConfiguration();
builder.UseOrleansClient(client => client
    .Configure<ClusterOptions>(cluster =>
    {
        cluster.ClusterId = MeshConstants.ClusterId;
        cluster.ServiceId = MeshConstants.ServiceId;
    })
    .Configure<ClientMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(5))
    .Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(5))
    .UseMembers(builder.Configuration)
    .UseConnectionRetryFilter<ConnectionPatience>()
    .AddAuroraTraces(builder.Configuration)
    .AddDashboard());
builder.Services.AddAuroraGateway(builder.Configuration);

var app = builder.Build();
app.UseAuroraGateway();
app.MapAuroraGateway();
await app.RunAsync();
