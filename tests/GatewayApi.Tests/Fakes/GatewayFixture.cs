using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Aurora.GatewayApi.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Dashboard;

[assembly: AssemblyFixture(typeof(Aurora.GatewayApi.Tests.Fakes.GatewayFixture))]

namespace Aurora.GatewayApi.Tests.Fakes;

/// <summary>One gateway over one silo of fake grains, on ports that the system chooses, shared by every test.</summary>
public sealed class GatewayFixture : IAsyncLifetime
{
    public static byte[] WebhookSecret { get; } = "a secret of the tests"u8.ToArray();

    public FakeMesh Mesh { get; } = new();

    public WebApplication App { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public IReadOnlyList<Uri> OtherGateways { get; init; } = [];

    private readonly string files = Directory.CreateTempSubdirectory("aurora-files-").FullName;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Configuration["NODE_NAME"] = "lead-1";
        builder.Configuration["NODE_ROLE"] = "lead";
        builder.Services.AddSingleton(Mesh);
        builder.UseOrleans(silo => silo.UseLocalhostClustering(FreePort(), FreePort()).AddDashboard());
        builder.Services.AddAuroraGateway(builder.Configuration);
        builder.Services.Configure<AuroraGatewayOptions>(options =>
        {
            options.KeysAgeMax = TimeSpan.FromTicks(-1);
            options.TaskTypesAgeMax = TimeSpan.FromTicks(-1);
            options.FilesDirectory = files;
            options.OtherGateways = OtherGateways;
            options.WebhookSecret = WebhookSecret;
            options.WebhooksMayBePrivate = true;
            options.WebhookInterval = TimeSpan.FromMilliseconds(20);
        });
        App = builder.Build();
        App.UseAuroraGateway();
        App.MapAuroraGateway();
        await App.StartAsync();
        Address = new Uri(App.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
        Directory.Delete(files, recursive: true);
    }

    /// <summary>Connects a node's socket; the fake mesh is empty before.</summary>
    public async Task<ClientWebSocket> ConnectAsync(string nodeId)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{Address.Authority}/ws/{nodeId}"), CancellationToken.None);
        return socket;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
