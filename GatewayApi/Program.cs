using System.Globalization;
using System.Net;
using Aurora.GatewayApi.Hosting;
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
    .UseStaticClustering([.. GatewayEndpoints(builder.Configuration)])
    .AddDashboard());
builder.Services.AddAuroraGateway(builder.Configuration);

var app = builder.Build();
app.UseAuroraGateway();
app.MapAuroraGateway();
await app.RunAsync();

static IEnumerable<IPEndPoint> GatewayEndpoints(IConfiguration configuration)
{
    var gateways = configuration["AURORA_GATEWAYS"] is { Length: > 0 } configured ? configured : "127.0.0.1:30000";
    foreach (var gateway in gateways.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
    {
        var colon = gateway.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(gateway[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            throw new InvalidOperationException($"AURORA_GATEWAYS must be host:port,host:port; '{gateway}' is not.");
        }

        foreach (var address in Dns.GetHostAddresses(gateway[..colon].Trim('[', ']')))
        {
            yield return new IPEndPoint(address, port);
        }
    }
}
