using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Deploy.Tests.Monitoring;

/// <summary>
/// Where <c>prometheus</c> and <c>promtool</c> are: on the path, or unpacked from the system's own package into this
/// project's output, which installs and starts nothing.
/// </summary>
internal static class PrometheusPrograms
{
    private static readonly Lazy<Task<string>> Folder = new(FindFolderAsync);

    public static async Task<string> PrometheusAsync() => Path.Combine(await Folder.Value, "prometheus");

    public static async Task<string> PromtoolAsync() => Path.Combine(await Folder.Value, "promtool");

    private static async Task<string> FindFolderAsync()
    {
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).FirstOrDefault(Has);
        if (onPath is not null)
        {
            return onPath;
        }

        var package = Path.Combine(AppContext.BaseDirectory, "prometheus-package");
        var unpacked = Path.Combine(package, "root", "usr", "bin");
        if (!Has(unpacked))
        {
            Directory.CreateDirectory(package);
            await RunAsync("sh", "-c", $"cd '{package}' && (apt-get download -qq prometheus || (apt-get update -qq && apt-get download -qq prometheus)) && dpkg -x prometheus_*.deb root");
        }

        return unpacked;
    }

    private static bool Has(string folder) => File.Exists(Path.Combine(folder, "promtool")) && File.Exists(Path.Combine(folder, "prometheus"));

    private static async Task RunAsync(string file, params string[] arguments)
    {
        await using var process = ChildProcess.Start(file, arguments, new Dictionary<string, string?>());
        var exitCode = await process.WaitForExitAsync("the system's package of Prometheus is unpacked");
        Assert.True(exitCode == 0, $"These tests need prometheus and promtool on the path, or apt-get to fetch them.\n{process.Tail}");
    }
}
