namespace Aurora.EndToEnd.Tests.Harness;

/// <summary>
/// A silo as a person starts it: the built program in a process of its own. It keeps its address, its data directory and
/// its database over a restart.
/// </summary>
internal sealed class MeshProcess : IAsyncDisposable
{
    private readonly TemporaryDirectory data = new();
    private readonly Dictionary<string, string?> environment;
    private ChildProcess? process;

    private MeshProcess(MeshSettings settings)
    {
        environment = new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{FreePort.Take()}",
            ["NODE_NAME"] = MeshSettings.NodeName,
            ["AURORA_DATA_DIR"] = data.Path,
            ["AURORA_SILO_PORT"] = $"{FreePort.Take()}",
            ["AURORA_GATEWAY_PORT"] = $"{FreePort.Take()}",
            ["AURORA_LOCAL_NODE"] = settings.LocalNode ? "true" : "false",
            ["ConnectionStrings__Aurora"] = settings.Postgres,
        };
        foreach (var (name, value) in settings.Environment)
        {
            environment[name] = value;
        }

        // Whatever it listens on, the tests themselves talk to it over loopback only.
        Url = new UriBuilder(environment["ASPNETCORE_URLS"]!) { Host = "127.0.0.1" }.Uri;
        Client = new MeshClient(Url, () => Tail);
    }

    public Uri Url { get; }

    public MeshClient Client { get; }

    public string Output => process!.Output;

    public string Tail => process?.Tail ?? "";

    /// <summary>Starts a mesh and waits until it is ready.</summary>
    public static async Task<MeshProcess> StartAsync(MeshSettings? settings = null)
    {
        var mesh = new MeshProcess(settings ?? new MeshSettings());
        try
        {
            await mesh.StartAgainAsync();
            return mesh;
        }
        catch
        {
            await mesh.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a silo that is expected to end by itself.</summary>
    public static async Task<(int ExitCode, string Output)> RunToEndAsync(MeshSettings settings)
    {
        await using var mesh = new MeshProcess(settings);
        mesh.Launch([]);
        var exitCode = await mesh.process!.WaitForExitAsync("the silo ends by itself");
        return (exitCode, mesh.Output);
    }

    /// <summary>Starts the stopped silo again with the same settings; <paramref name="arguments"/> only for this time.</summary>
    public async Task StartAgainAsync(params string[] arguments)
    {
        Launch(arguments);
        await Eventually.SeeAsync(
            "GET /health/ready answers 200",
            async () => process!.HasExited ? throw new InvalidOperationException("The silo ended while starting.\n" + Tail) : await Client.StatusOfAsync("health/ready"),
            status => status == 200,
            () => Tail);
    }

    /// <summary>Stops it as a service manager does, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        await process!.TerminateAsync();
        return await process.WaitForExitAsync("the silo has ended");
    }

    public Task KillAsync() => process!.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await process.DisposeAsync();
        }

        Client.Dispose();
        data.Dispose();
    }

    private void Launch(string[] arguments) =>
        process = ChildProcess.Start("dotnet", [Product.Silo, .. arguments], environment);
}
