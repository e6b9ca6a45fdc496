using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Deploy.Tests.Monitoring;

/// <summary>
/// The types of dashboards, panels and queries that Grafana publishes as <c>@grafana/schema</c>, of the version in
/// <c>grafana-types/package.json</c>, with TypeScript's compiler to compare with them. npm brings both into this project's output.
/// </summary>
internal static class GrafanaTypes
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Monitoring", "grafana-types");

    private static readonly Lazy<Task> Installed = new(InstallAsync);

    /// <returns>A line for each fault, which starts with the dashboard's path; empty when the dashboards have only what Grafana has.</returns>
    public static async Task<string[]> FaultsAsync(params string[] dashboards)
    {
        await Installed.Value;
        await using var check = ChildProcess.Start("node", [Path.Combine(Folder, "check.mjs"), .. dashboards], new Dictionary<string, string?>());
        var exitCode = await check.WaitForExitAsync("the types were compared");
        var faults = check.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(exitCode == (faults.Length > 0 ? 1 : 0), check.Tail);
        Assert.All(faults, fault => Assert.Contains(dashboards, path => fault.StartsWith(path + ": ", StringComparison.Ordinal)));
        return faults;
    }

    private static async Task InstallAsync()
    {
        Assert.True(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "npm"))),
            "This test needs Node.js and npm: apt-get install nodejs npm. They compare the dashboard with Grafana's own types.");
        await using var install = ChildProcess.Start(
            "npm", ["ci", "--prefix", Folder, "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], new Dictionary<string, string?>());
        Assert.True(await install.WaitForExitAsync("npm brings Grafana's types", TimeSpan.FromMinutes(5)) == 0, install.Tail);
    }
}
