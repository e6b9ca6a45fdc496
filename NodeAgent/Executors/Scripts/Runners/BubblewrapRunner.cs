using Aurora.GpuProbes.Commands;

namespace Aurora.NodeAgent.Executors.Scripts.Runners;

/// <summary>
/// The script in namespaces of its own: the system's programs read-only, no other process, no network unless allowed, no home
/// directory, no GPU that the task did not ask for.
/// </summary>
internal sealed class BubblewrapRunner(RunnerOptions options, string scriptsDirectory, string searchPath, ICommandRunner commands) : IScriptRunner
{
    private const string Tool = "bwrap";

    // What programs of the system need to run. Names that are links on this machine are links inside too.
    private static readonly string[] SystemDirectories =
        ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt", "/nix/store", "/sys"];

    // A join token may be in there.
    private static readonly string[] HiddenDirectories = ["/etc/aurora"];

    public string Name => "bubblewrap";

    /// <summary>Starts the smallest sandbox of the same kind: kernels and containers may forbid it.</summary>
    public async Task<string?> CheckAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || Interpreter.Find(Tool, searchPath) is null)
        {
            return "bubblewrap (bwrap) is not on the PATH of this node";
        }

        if (options.ChangesUser && Interpreter.Find("setpriv", searchPath) is null)
        {
            return "bubblewrap needs setpriv (util-linux) where the agent is root, and it is not on the PATH of this node";
        }

        var trial = await commands.RunAsync(Tool, [.. Namespaces(), .. SystemMounts(), .. AsUser(), "/bin/sh", "-c", "exit 0"], cancellationToken);
        return trial.Failure is { } failure ? $"bubblewrap cannot make a sandbox on this node: {failure}" : null;
    }

    public Launch Describe(LaunchRequest request)
    {
        var work = request.Work;
        string[] arguments =
        [
            .. Namespaces(),
            .. SystemMounts(),
            .. request.GpuIndexes.Count > 0 ? GpuDevices().SelectMany(device => new[] { "--dev-bind", device, device }) : [],
            "--bind", work.Temporary, "/tmp",
            .. Readable(request.Command.Program).SelectMany(directory => Mount("--ro-bind", directory)),
            .. Mount("--bind", work.Root),
            "--chdir", work.Root,
            .. AsUser(),
            request.Command.Program, .. request.Command.Arguments,
        ];
        return new Launch(Interpreter.Find(Tool, searchPath) ?? Tool, arguments, request.Environment) { IsLauncher = true };
    }

    private IEnumerable<string> Namespaces()
    {
        // A new user namespace knows one user only, so root leaves its own by setpriv instead.
        string[] user = options.ChangesUser ? [] : ["--unshare-user"];
        string[] network = options.HasNetwork ? [] : ["--unshare-net"];
        return [.. user, "--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try", .. network, "--new-session"];
    }

    private IEnumerable<string> SystemMounts()
    {
        var mounts = new List<string>();
        foreach (var directory in SystemDirectories)
        {
            if (new FileInfo(directory).LinkTarget is { } target)
            {
                mounts.AddRange(["--symlink", target, directory]);
            }
            else if (Directory.Exists(directory))
            {
                mounts.AddRange(["--ro-bind", directory, directory]);
            }
        }

        foreach (var hidden in HiddenDirectories.Where(Directory.Exists))
        {
            mounts.AddRange(["--tmpfs", hidden]);
        }

        if (options.HasNetwork)
        {
            // What /etc/resolv.conf leads to.
            mounts.AddRange(["--ro-bind-try", "/run/systemd/resolve", "/run/systemd/resolve"]);
        }

        mounts.AddRange(["--proc", "/proc", "--dev", "/dev"]);
        return mounts;
    }

    /// <summary>The end of bwrap's own arguments, and the step from root to the script's user.</summary>
    private IEnumerable<string> AsUser() => options.ChangesUser
        ?
        [
            "--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_DAC_READ_SEARCH", "--",
            Interpreter.Find("setpriv", searchPath) ?? "setpriv", $"--reuid={options.User.Id}", $"--regid={options.User.Group}", "--clear-groups", "--inh-caps=-all",
        ]
        : ["--cap-drop", "ALL", "--"];

    /// <summary>The scripts, what the operator named, and what an interpreter outside the system's directories came with.</summary>
    private IEnumerable<string> Readable(string program)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var installed = new[] { program, RealPath.Of(program) }
            .Select(path => Path.GetDirectoryName(Path.GetDirectoryName(path)))
            .OfType<string>()
            .Where(prefix => prefix.Length > 1 && prefix != home && !SystemDirectories.Any(known => prefix == known || RealPath.IsInside(prefix, known)));
        string?[] scripts = [RealPath.Of(scriptsDirectory)];
        return scripts.OfType<string>().Concat(options.ReadDirectories.Where(Directory.Exists)).Concat(installed).Distinct(StringComparer.Ordinal);
    }

    /// <summary>A mount whose parents anybody may pass through, as opposed to those outside.</summary>
    private static IEnumerable<string> Mount(string how, string directory)
    {
        var parents = new Stack<string>();
        for (var parent = Path.GetDirectoryName(directory); parent is { Length: > 1 }; parent = Path.GetDirectoryName(parent))
        {
            parents.Push(parent);
        }

        return [.. parents.SelectMany(parent => new[] { "--dir", parent }), how, directory, directory];
    }

    private static IEnumerable<string> GpuDevices() => Directory.EnumerateFileSystemEntries("/dev")
        .Where(path => Path.GetFileName(path) is var name && (name.StartsWith("nvidia", StringComparison.Ordinal) || name is "kfd" or "dri" or "dxg"));
}
