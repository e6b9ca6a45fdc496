using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Aurora.Bench.EndToEnd.Processes;

namespace Aurora.Bench.Inference;

/// <summary>A real silo over SQLite and a real agent, as processes of their own, beside one inference server.</summary>
internal sealed class InferenceMesh : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly string dataDirectory = Directory.CreateTempSubdirectory("aurora-bench-").FullName;
    private readonly ChildProcess silo;
    private ChildProcess? agent;

    private InferenceMesh(Executables executables)
    {
        Url = new Uri($"http://127.0.0.1:{FreePort()}");
        silo = ChildProcess.Start(executables.Silo, [], new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = Url.ToString(),
            ["AURORA_DATA_DIR"] = dataDirectory,
            ["AURORA_LOCAL_NODE"] = "false",
            ["AURORA_SILO_PORT"] = FreePort(),
            ["AURORA_GATEWAY_PORT"] = FreePort(),
            ["ConnectionStrings__Aurora"] = "",
        });
    }

    public Uri Url { get; }

    /// <summary>Starts the mesh and waits until it lists a model.</summary>
    public static async Task<InferenceMesh> StartAsync(Executables executables, Uri server, string transport)
    {
        var mesh = new InferenceMesh(executables);
        try
        {
            using var http = new HttpClient { BaseAddress = mesh.Url };
            await mesh.WaitAsync(async () => (await http.GetAsync("/health/ready")).IsSuccessStatusCode, "the silo is ready");
            mesh.agent = ChildProcess.Start(executables.NodeAgent, [], new Dictionary<string, string>
            {
                ["MESH_COORDINATOR_URL"] = mesh.Url.ToString(),
                ["AURORA_DATA_DIR"] = Path.Combine(mesh.dataDirectory, "agent"),
                ["NODE_NAME"] = "bench",
                ["AURORA_GPUS"] = "[]",
                ["AURORA_TRANSPORT"] = transport,
                ["AURORA_BACKENDS"] = server.ToString(),
                ["AURORA_MAX_PARALLEL"] = "64",
            });
            await mesh.WaitAsync(async () => HasModel(await http.GetStringAsync("/v1/models")), "the mesh lists a model");
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (agent is not null)
        {
            await agent.DisposeAsync();
        }

        await silo.DisposeAsync();
        Directory.Delete(dataDirectory, recursive: true);
    }

    private static bool HasModel(string json)
    {
        using var models = JsonDocument.Parse(json);
        return models.RootElement.GetProperty("data").GetArrayLength() > 0;
    }

    private async Task WaitAsync(Func<Task<bool>> isReached, string what)
    {
        using var deadline = new CancellationTokenSource(StartTimeout);
        while (true)
        {
            silo.EnsureRunning();
            agent?.EnsureRunning();
            try
            {
                if (await isReached())
                {
                    return;
                }
            }
            catch (HttpRequestException) when (!deadline.IsCancellationRequested)
            {
                // Not listening yet.
            }

            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"Not reached within {StartTimeout}: {what}.\nsilo:\n{silo.Output}\nagent:\n{agent?.Output}");
            }

            await Task.Delay(PollInterval);
        }
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }
}
