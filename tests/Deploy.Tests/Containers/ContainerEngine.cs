using System.Runtime.Versioning;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Deploy.Tests.Containers;

/// <summary>
/// podman with images and containers of its own, which nobody else sees and which are gone with it. The base image is made
/// of this machine's own files, so no registry is asked.
/// </summary>
internal sealed class ContainerEngine : IAsyncDisposable
{
    /// <summary>bash, a few commands and .NET.</summary>
    public const string BaseImage = "localhost/aurora-base";

    private static readonly TimeSpan BuildDeadline = TimeSpan.FromMinutes(15);

    private readonly TemporaryDirectory home = new();

    private static readonly string[] Limits = ["--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096"];

    private ContainerEngine()
    {
    }

    private string[] Place =>
    [
        "--root", Path.Combine(home.Path, "root"), "--runroot", Path.Combine(home.Path, "run"), "--cgroup-manager", "cgroupfs",
        .. File.Exists("/usr/sbin/runc") ? ["--runtime", "/usr/sbin/runc"] : Array.Empty<string>(),
    ];

    public static async Task<ContainerEngine> StartAsync()
    {
        Assert.True(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "podman"))),
            "This test needs podman: apt-get install podman runc. It builds and runs the images under deploy/docker.");
        var engine = new ContainerEngine();
        try
        {
            await engine.MakeBaseAsync();
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>A program named podman that reaches this engine's images and containers, with limits that a machine which is a container itself can give.</summary>
    [UnsupportedOSPlatform("windows")]
    public async Task<string> WriteClientAsync()
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(home.Path, "client")).FullName, "podman");
        await File.WriteAllTextAsync(path, $"""
            #!/bin/sh
            if [ "$1" = run ]; then shift; set -- run {string.Join(' ', Limits)} "$@"; fi
            exec podman {string.Join(' ', Place.Select(argument => $"'{argument}'"))} "$@"

            """);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    /// <summary>Builds <c>deploy/docker/NAME.Dockerfile</c> from the repository. The SDK and the packages are this machine's.</summary>
    public async Task<string> BuildAsync(string name)
    {
        var image = $"localhost/aurora/gpu-{name}";
        var user = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(user, ".nuget", "packages");
        var settings = Path.Combine(user, ".nuget", "NuGet");
        var dotnet = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        Directory.CreateDirectory(settings);

        // The build's user in the container is root, whatever user runs the test.
        await RunAsync(
            [
                "build", "--format", "docker", "--isolation", "chroot", "--network", "host",
                "-v", $"{dotnet}:/usr/share/dotnet:ro", "-v", $"{packages}:/root/.nuget/packages", "-v", $"{settings}:/root/.nuget/NuGet",
                "--build-arg", $"SDK_BASE={BaseImage}", "--build-arg", $"RUNTIME_BASE={BaseImage}",
                "-f", Path.Combine(DeployFiles.Folder, "docker", $"{name}.Dockerfile"), "-t", image, Product.Root,
            ],
            BuildDeadline);
        return image;
    }

    /// <summary>Starts a container in the background, in the network of <paramref name="beside"/> or in one that leads nowhere.</summary>
    public Task RunDetachedAsync(string name, string image, string? beside, params (string Name, string Value)[] environment) => RunAsync(
        [
            "run", "-d", "--name", name, "--network", beside is null ? "none" : $"container:{beside}",
            .. Limits,
            .. environment.SelectMany(variable => new[] { "-e", $"{variable.Name}={variable.Value}" }),
            image,
        ]);

    /// <summary>Runs a command that has to succeed, and returns what it wrote.</summary>
    public async Task<string> RunAsync(IReadOnlyList<string> command, TimeSpan? deadline = null)
    {
        var (exitCode, output) = await TryAsync(command, deadline);
        Assert.True(exitCode == 0, $"podman {string.Join(' ', command)} ended with exit code {exitCode}:\n{output}");
        return output;
    }

    public async Task<(int ExitCode, string Output)> TryAsync(IReadOnlyList<string> command, TimeSpan? deadline = null)
    {
        // A build takes what the machine has; other tests go first.
        await using var process = ChildProcess.Start("nice", ["-n", "5", "podman", .. Place, .. command], new Dictionary<string, string?>());
        var exitCode = await process.WaitForExitAsync($"podman {command[0]} ends", deadline);
        return (exitCode, process.Output);
    }

    public async ValueTask DisposeAsync()
    {
        await TryAsync(["rm", "-f", "-a", "-t", "1"]);
        await TryAsync(["rmi", "-f", "-a"]);

        // The engine leaves its storage mounted over itself.
        await using var unmount = ChildProcess.Start("umount", [Path.Combine(home.Path, "root", "overlay")], new Dictionary<string, string?>());
        await unmount.WaitForExitAsync("the engine's storage is unmounted");
        home.Dispose();
    }

    private async Task MakeBaseAsync()
    {
        var root = Path.Combine(home.Path, "base");
        var archive = Path.Combine(home.Path, "base.tar");
        var script = Path.Combine(Product.Root, "tests", "Deploy.Tests", "Containers", "base-from-host.sh");
        await using var make = ChildProcess.Start("bash", ["-c", $"bash '{script}' '{root}' && tar -C '{root}' -cf '{archive}' ."], new Dictionary<string, string?>());
        Assert.True(await make.WaitForExitAsync("the base image is made") == 0, make.Tail);
        await RunAsync(["import", archive, BaseImage]);
        File.Delete(archive);
    }
}
