using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Observability;
using Aurora.Grains.Interfaces;
using Orleans.Configuration;
using Orleans.Dashboard;

// A gateway of its own: an Orleans client of a mesh that runs elsewhere, to scale the edge out.
// Settings are read once: to see a file of them change, the host would watch all below the directory that it was started in,
// and a service is started in the root of the file system.
var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);
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
