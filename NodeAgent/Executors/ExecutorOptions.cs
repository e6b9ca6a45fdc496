using System.Globalization;
using Aurora.NodeAgent.Executors.Backends;
using Aurora.NodeAgent.Executors.Scripts;
using Aurora.NodeAgent.Executors.Scripts.Runners;
using Aurora.NodeAgent.Journal;
using Microsoft.Extensions.Configuration;

namespace Aurora.NodeAgent.Executors;

/// <summary>What this node can run, read once at start.</summary>
internal sealed record ExecutorOptions
{
    /// <summary>The node's name in the mesh (<c>NODE_NAME</c>, default the host name).</summary>
    public required string NodeName { get; init; }

    /// <summary>What the node keeps beyond its process.</summary>
    public required NodeDirectory Node { get; init; }

    /// <summary>Where inference servers are looked for.</summary>
    public required BackendOptions Backends { get; init; }

    /// <summary>The rules for scripts.</summary>
    public required ScriptOptions Scripts { get; init; }

    /// <summary>The most memory in MB that one test task may hold (<c>AURORA_TEST_MEMORY_MB_MAX</c>).</summary>
    public int TestMemoryMbMax { get; init; } = 1024;

    /// <summary>Reads the environment variables. A value that cannot be meant stops the agent and is named in the exception.</summary>
    public static ExecutorOptions FromEnvironment(IConfiguration environment)
    {
        var data = DataDirectory.Resolve(environment["AURORA_DATA_DIR"]);
        var name = Text(environment, "NODE_NAME") ?? Environment.MachineName;
        var node = NodeDirectory.Of(data, name);
        var backends = new BackendOptions();
        var scripts = new ScriptOptions
        {
            ScriptsDirectory = Path.GetFullPath(Text(environment, "AURORA_SCRIPTS_DIR") ?? Path.Combine(data, "scripts")),
            WorkDirectory = Path.Combine(data, "work"),
            RunsDirectory = node.Runs,
            SurvivorsFile = node.Survivors,
            LeaseFile = node.LeaseFile,
        };

        scripts = scripts with
        {
            Policy = Policy(environment),
            EndsWithLease = EndsWithLease(environment),
            SearchPath = Text(environment, "PATH") ?? scripts.SearchPath,
            TimeLimit = Duration(environment, "AURORA_SCRIPT_TIMEOUT_S", TimeSpan.FromSeconds(1), scripts.TimeLimit),
            TimeLimitMax = Duration(environment, "AURORA_SCRIPT_TIMEOUT_MAX_S", TimeSpan.FromSeconds(1), scripts.TimeLimitMax),
            StartLimit = Duration(environment, "AURORA_SCRIPT_START_S", TimeSpan.FromSeconds(1), scripts.StartLimit),
            KillGrace = Duration(environment, "AURORA_SCRIPT_GRACE_S", TimeSpan.FromSeconds(1), scripts.KillGrace),
            CheckpointInterval = Duration(environment, "AURORA_CHECKPOINT_EVERY_S", TimeSpan.FromSeconds(1), scripts.CheckpointInterval),
            UploadPatience = Duration(environment, "AURORA_UPLOAD_PATIENCE_S", TimeSpan.FromSeconds(1), scripts.UploadPatience),
            OutputRetention = Duration(environment, "AURORA_WORK_KEEP_HOURS", TimeSpan.FromHours(1), scripts.OutputRetention),
            Runner = Runner(environment),
        };

        return new ExecutorOptions
        {
            NodeName = name,
            Node = node,
            Backends = backends with
            {
                Addresses = Addresses(environment) ?? backends.Addresses,
                RequestsMax = Text(environment, "AURORA_BACKEND_PARALLEL") is null ? null : Math.Max(1, (int)Number(environment, "AURORA_BACKEND_PARALLEL", 1)),
                PrefillTokensPerSecond = Optional(environment, "AURORA_BACKEND_PREFILL_TPS"),
                DecodeTokensPerSecond = Optional(environment, "AURORA_BACKEND_DECODE_TPS"),
                ProbeInterval = Duration(environment, "AURORA_BACKEND_PROBE_S", TimeSpan.FromSeconds(1), backends.ProbeInterval),
                TimeLimit = Duration(environment, "AURORA_INFERENCE_TIMEOUT_S", TimeSpan.FromSeconds(1), backends.TimeLimit),
            },
            Scripts = scripts,
            TestMemoryMbMax = (int)Number(environment, "AURORA_TEST_MEMORY_MB_MAX", 1024),
        };
    }

    private static string? Text(IConfiguration environment, string name) =>
        environment[name] is { } value && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    private static TimeSpan Duration(IConfiguration environment, string name, TimeSpan unit, TimeSpan otherwise) =>
        unit * Number(environment, name, otherwise / unit);

    private static double? Optional(IConfiguration environment, string name) => Text(environment, name) is null ? null : Number(environment, name, 0);

    // The bound keeps every duration and byte count that is made of the number inside its type.
    private static double Number(IConfiguration environment, string name, double otherwise)
    {
        if (Text(environment, name) is not { } text)
        {
            return otherwise;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 1_000_000
            ? number
            : throw new InvalidOperationException($"{name} must be a number above 0 and at most 1000000.");
    }

    private static ScriptPolicy Policy(IConfiguration environment) => Text(environment, "AURORA_ALLOW_SCRIPTS")?.ToUpperInvariant() switch
    {
        null or "OFF" => ScriptPolicy.Off,
        "ALLOWLIST" => ScriptPolicy.AllowList,
        "ANY" => ScriptPolicy.Any,
        _ => throw new InvalidOperationException("AURORA_ALLOW_SCRIPTS must be off, allowlist or any."),
    };

    private static RunnerOptions Runner(IConfiguration environment)
    {
        var defaults = new RunnerOptions();
        var isRoot = !OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess;
        return defaults with
        {
            Kind = Text(environment, "AURORA_SCRIPT_RUNNER")?.ToUpperInvariant() switch
            {
                null or "AUTO" => ScriptRunnerKind.Auto,
                "CONTAINER" => ScriptRunnerKind.Container,
                "BUBBLEWRAP" => ScriptRunnerKind.Bubblewrap,
                "PROCESS" => ScriptRunnerKind.Process,
                _ => throw new InvalidOperationException("AURORA_SCRIPT_RUNNER must be auto, container, bubblewrap or process."),
            },
            Engine = Text(environment, "AURORA_SCRIPT_ENGINE"),
            Image = Text(environment, "AURORA_SCRIPT_IMAGE"),
            HasNetwork = Text(environment, "AURORA_SCRIPT_NETWORK")?.ToUpperInvariant() switch
            {
                null or "NONE" => false,
                "HOST" => true,
                _ => throw new InvalidOperationException("AURORA_SCRIPT_NETWORK must be none or host."),
            },
            ReadDirectories = [.. (Text(environment, "AURORA_SCRIPT_READ_DIRS") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(directory => Path.IsPathFullyQualified(directory) ? directory : throw new InvalidOperationException("AURORA_SCRIPT_READ_DIRS must be absolute paths."))],
            User = isRoot ? ScriptUser(environment, defaults.User) : UnixUser.Current,
            ChangesUser = isRoot,
            ProcessesMax = (int)Math.Ceiling(Number(environment, "AURORA_SCRIPT_PROCESSES_MAX", defaults.ProcessesMax)),
            MemoryBytesMax = Text(environment, "AURORA_SCRIPT_MEMORY_MB_MAX") is null
                ? defaults.MemoryBytesMax
                : (long)(Number(environment, "AURORA_SCRIPT_MEMORY_MB_MAX", 1) * (1 << 20)),
        };
    }

    private static UnixUser ScriptUser(IConfiguration environment, UnixUser otherwise) => Text(environment, "AURORA_SCRIPT_USER") is not { } text
        ? otherwise
        : UnixUser.TryParse(text, out var user)
            ? user
            : throw new InvalidOperationException("AURORA_SCRIPT_USER must be the number of a user other than root, or user:group.");

    private static bool EndsWithLease(IConfiguration environment) => Text(environment, "AURORA_ON_DISCONNECT")?.ToUpperInvariant() switch
    {
        null or "CONTINUE" => false,
        "KILL" => true,
        _ => throw new InvalidOperationException("AURORA_ON_DISCONNECT must be kill or continue."),
    };

    private static IReadOnlyList<BackendAddress>? Addresses(IConfiguration environment)
    {
        try
        {
            return Text(environment, "AURORA_BACKENDS") is { } text ? BackendAddress.ParseList(text) : null;
        }
        catch (FormatException exception)
        {
            throw new InvalidOperationException($"AURORA_BACKENDS cannot be read: {exception.Message}.", exception);
        }
    }
}
