using System.Globalization;
using Aurora.GpuProbes.Commands;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Executors.Scripts.Supervision;

namespace Aurora.NodeAgent.Executors.Scripts.Runners;

/// <summary>The script in a container of docker or podman: the image read-only, the assigned GPUs, no network unless allowed, no capability.</summary>
internal sealed class ContainerRunner(string engine, RunnerOptions options, string scriptsDirectory, string searchPath, ICommandRunner commands) : IScriptRunner
{
    // What an engine's client may need to find its server, its images and its settings. None of it is a secret.
    private static readonly string[] ClientVariables =
    [
        "PATH", "HOME", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY", "CONTAINER_HOST", "CONTAINERS_CONF",
        "CONTAINERS_STORAGE_CONF", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
    ];

    // An engine's own tiny init, which passes signals on: a script that is process 1 itself would never see a SIGTERM that it does not handle.
    private static readonly string[] PodmanInits = ["/usr/libexec/podman/catatonit", "/usr/lib/podman/catatonit", "/usr/bin/catatonit"];

    private bool IsPodman => Name == "podman";

    public string Name { get; } = Path.GetFileNameWithoutExtension(engine).Contains("podman", StringComparison.OrdinalIgnoreCase) ? "podman" : "docker";

    public bool BringsPrograms => true;

    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        if (options.Image is null)
        {
            return "AURORA_SCRIPT_IMAGE names no image for the containers of scripts";
        }

        // A comma would begin another part of a mount.
        if (scriptsDirectory.Contains(',', StringComparison.Ordinal))
        {
            return "a container engine cannot mount a directory with a comma in its name (AURORA_DATA_DIR, AURORA_SCRIPTS_DIR)";
        }

        if (EnginePath() is not { } path)
        {
            return $"{engine} is not on the PATH of this node";
        }

        // Podman has no server of its own.
        var answer = await commands.RunAsync(path, ["version", "--format", IsPodman ? "{{.Client.Version}}" : "{{.Server.Version}}"], cancellationToken);
        return answer.Failure is { } failure ? $"{engine} does not answer: {failure}" : null;
    }

    public Launch Describe(LaunchRequest request)
    {
        var path = EnginePath() ?? engine;
        var name = $"aurora-{Path.GetFileName(request.Work.Root)}";
        var (file, dropped) = WriteEnvironment(request);
        string[] arguments =
        [
            "run", "--rm", "--name", name, "--network", options.HasNetwork ? "host" : "none",
            "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges",
            "--pids-limit", Text(options.ProcessesMax), "--memory", Text(options.MemoryBytesMax), "--memory-swap", Text(options.MemoryBytesMax),
            // PyTorch's data loaders hand tensors over through it; the usual 64 MiB are too few.
            "--shm-size", Text(Math.Min(1L << 30, options.MemoryBytesMax / 2)),
            // The supervisor reads along; the engine would keep all of it on the disk.
            "--log-driver", "none",
            "--user", options.User.ToString(), .. IsPodman && !options.ChangesUser ? ["--userns", "keep-id"] : Array.Empty<string>(),
            .. !IsPodman || PodmanInits.Any(File.Exists) ? ["--init"] : Array.Empty<string>(),
            "--env-file", file,
            .. Mount(request.Work.Temporary, "/tmp"),
            .. Mount(request.Work.Root, request.Work.Root),
            .. new[] { RealPath.Of(scriptsDirectory) }.OfType<string>().Concat(options.ReadDirectories.Where(Directory.Exists))
                .SelectMany(directory => Mount(directory, directory, "readonly")),
            .. Gpus(request),
            "--workdir", request.Work.Root, "--entrypoint", request.Command.Program, options.Image!, .. request.Command.Arguments,
        ];
        return new Launch(path, arguments, ClientEnvironment()) { Container = new ContainerHandle(path, name), DroppedVariables = dropped };
    }

    private string? EnginePath() => Path.IsPathFullyQualified(engine) ? (File.Exists(engine) ? engine : null) : Interpreter.Find(engine, searchPath);

    /// <summary>In a file, since everybody on the machine may see arguments. The file has one line for a variable.</summary>
    private static (string Path, IReadOnlyList<string> Dropped) WriteEnvironment(LaunchRequest request)
    {
        // The image has its own search path.
        var wanted = request.Environment.Where(variable => variable.Key != "PATH").ToList();
        var dropped = wanted.Where(variable => variable.Value.AsSpan().ContainsAny('\n', '\r')).Select(variable => variable.Key).ToList();
        var path = request.Run.CreatePrivateFile("environment", string.Concat(
            wanted.Where(variable => !dropped.Contains(variable.Key)).Select(variable => $"{variable.Key}={variable.Value}\n")));
        return (path, dropped);
    }

    private static Dictionary<string, string> ClientEnvironment() => ClientVariables
        .Select(name => (Name: name, Value: Environment.GetEnvironmentVariable(name)))
        .Where(variable => variable.Value is not null)
        .ToDictionary(variable => variable.Name, variable => variable.Value!, StringComparer.Ordinal);

    private static string[] Mount(string source, string target, string? further = null) =>
        ["--mount", $"type=bind,source={source},target={target}" + (further is null ? "" : "," + further)];

    /// <summary>Docker's own option for NVIDIA's GPUs, the Container Device Interface for podman, and the device files of AMD's.</summary>
    private IEnumerable<string> Gpus(LaunchRequest request)
    {
        if (request.GpuIndexes.Count == 0)
        {
            return [];
        }

        if (File.Exists("/dev/kfd") && !File.Exists("/dev/nvidiactl"))
        {
            return ["--device", "/dev/kfd", "--device", "/dev/dri"];
        }

        var devices = request.GpuIndexes.Select(index => Device(index, request.Gpus)).ToList();
        return IsPodman
            ? devices.SelectMany(device => new[] { "--device", $"nvidia.com/gpu={device}" })
            : ["--gpus", $"\"device={string.Join(',', devices)}\""];
    }

    private static string Device(int index, IReadOnlyList<GpuDevice> gpus) =>
        gpus.FirstOrDefault(gpu => gpu.Index == index)?.Uuid is { Length: > 0 } id ? id : Text(index);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
