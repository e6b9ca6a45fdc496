using System.Globalization;
using Aurora.Testing;

namespace Aurora.Chaos.Runner.Processes;

/// <summary>What a server process of the mesh is.</summary>
internal enum ServerRole
{
    /// <summary>Hosts grains, and a gateway beside them.</summary>
    Silo,

    /// <summary>A gateway of its own.</summary>
    Gateway,
}

/// <summary>One silo or stand-alone gateway. It keeps its ports and its data directory over restarts.</summary>
internal sealed class MeshServer : IDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(60);

    private readonly string directory;
    private readonly Func<string, IReadOnlyDictionary<string, string>> environment;
    private ChildProcess? process;
    private int incarnation;
    private bool expectedToRun;

    private MeshServer(string name, ServerRole role, string directory, Func<string, IReadOnlyDictionary<string, string>> environment)
    {
        Name = name;
        Role = role;
        this.directory = directory;
        this.environment = environment;
    }

    public string Name { get; }

    public ServerRole Role { get; }

    /// <summary>Where its HTTP surface is.</summary>
    public Uri Url { get; private init; } = new($"http://127.0.0.1:{FreePort.Next()}");

    /// <summary>Its number in the network of silos; null when it has no machine of its own.</summary>
    public int? Machine { get; private init; }

    /// <summary>The release that it is first started from; null for this one, from which it is started again.</summary>
    public string? FirstRelease { get; init; }

    public bool IsRunning => process is { HasExited: false };

    /// <summary>0 when it does not run.</summary>
    public int Pid => IsRunning ? process!.Pid : 0;

    /// <param name="machine">Its number in the <see cref="SiloNetwork"/>; null on this machine.</param>
    /// <param name="release">The <see cref="FirstRelease"/>.</param>
    public static MeshServer Silo(string name, string directory, string connectionString, int? machine = null, string? release = null)
    {
        var siloPort = FreePort.Next();
        var gatewayPort = FreePort.Next();
        MeshServer? server = null;
        return server = machine is { } number
            ? new MeshServer(name, ServerRole.Silo, directory, writer => Environment(writer).Append(new("AURORA_ADVERTISED_HOST", SiloNetwork.AddressOf(number)))
                .Append(new("AURORA_ALLOW_ANONYMOUS", "true")).ToDictionary())
            {
                Machine = number,
                FirstRelease = release,
                Url = new($"http://{SiloNetwork.AddressOf(number)}:{FreePort.Next()}"),
            }
            : new MeshServer(name, ServerRole.Silo, directory, Environment) { FirstRelease = release };

        Dictionary<string, string> Environment(string writer) => new()
        {
            ["ASPNETCORE_URLS"] = server!.Url.GetLeftPart(UriPartial.Authority),
            ["NODE_NAME"] = name,
            ["AURORA_DATA_DIR"] = Path.Combine(directory, "data", name),
            ["AURORA_SILO_PORT"] = siloPort.ToString(CultureInfo.InvariantCulture),
            ["AURORA_GATEWAY_PORT"] = gatewayPort.ToString(CultureInfo.InvariantCulture),
            ["AURORA_LOCAL_NODE"] = "false",
            ["ConnectionStrings__Aurora"] = $"{connectionString};Application Name={writer}",
        };
    }

    /// <summary>It finds the silos in their database.</summary>
    /// <param name="release">The <see cref="FirstRelease"/>.</param>
    public static MeshServer Gateway(string name, string directory, string connectionString, string? release = null)
    {
        MeshServer? server = null;
        server = new MeshServer(name, ServerRole.Gateway, directory, writer => new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = server!.Url.GetLeftPart(UriPartial.Authority),
            ["NODE_NAME"] = name,
            ["AURORA_DATA_DIR"] = Path.Combine(directory, "data", name),
            ["ConnectionStrings__Aurora"] = $"{connectionString};Application Name={writer}",
        })
        {
            FirstRelease = release,
        };
        return server;
    }

    /// <summary>Starts it and does not wait. Each start writes to the database under a name of its own.</summary>
    public void Start()
    {
        process?.Dispose();
        incarnation++;
        var release = incarnation == 1 ? FirstRelease : null;
        var program = Role == ServerRole.Silo ? Product.Silo(release) : Product.Gateway(release);
        string[] command = [.. Machine is { } machine ? SiloNetwork.Enter(machine) : [], "dotnet", program];
        process = ChildProcess.Start(command, environment($"{Name}.{incarnation}"), Path.Combine(directory, "logs", $"{Name}.log"));
        expectedToRun = true;
    }

    /// <summary>Sends a signal; false when there is no process to take it.</summary>
    public bool Send(int signal)
    {
        if (signal is Signal.Kill or Signal.Terminate)
        {
            expectedToRun = false;
        }

        return process is { } child && child.Send(signal);
    }

    /// <summary>Whether it is gone; one that does not end in time is killed and false returned.</summary>
    public async Task<bool> EndAsync()
    {
        if (process is null || await process.EndedWithinAsync(StopPatience))
        {
            return true;
        }

        await process.KillAsync();
        return false;
    }

    public async Task StopAsync()
    {
        expectedToRun = false;
        if (process is { HasExited: false } child)
        {
            child.Send(Signal.Continue);
            child.Send(Signal.Terminate);
            if (!await child.EndedWithinAsync(TimeSpan.FromSeconds(10)))
            {
                await child.KillAsync();
            }
        }
    }

    /// <summary>Starts it again when it ended by itself, as a service manager does; true when it had to.</summary>
    public bool Revive()
    {
        if (!expectedToRun || IsRunning)
        {
            return false;
        }

        Start();
        return true;
    }

    public void Dispose() => process?.Dispose();
}
