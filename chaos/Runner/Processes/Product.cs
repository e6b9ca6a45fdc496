using System.Reflection;

namespace Aurora.Chaos.Runner.Processes;

/// <summary>The programs under test, as built beside the runner in its own configuration.</summary>
internal static class Product
{
    public static string Root { get; } = FindRoot();

    public static string Silo(string? release = null) => Built("Silo", release);

    public static string Gateway(string? release = null) => Built("GatewayApi", release);

    public static string NodeAgent(string? release = null) => Built("NodeAgent", release);

    /// <param name="release">The checkout of another release, built in the same configuration; null for this one.</param>
    private static string Built(string project, string? release)
    {
        var output = typeof(Product).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "ProductOutput").Value!;
        var path = Path.Combine(release ?? Root, project, output, $"Aurora.{project}.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing; build that solution first.");
    }

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Aurora.Orleans.sln")))
            {
                return directory.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No Aurora.Orleans.sln above {AppContext.BaseDirectory}.");
    }
}
