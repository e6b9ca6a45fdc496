using System.Reflection;

namespace Aurora.Chaos.Runner.Processes;

/// <summary>The programs under test, as built beside the runner in its own configuration.</summary>
internal static class Product
{
    public static string Root { get; } = FindRoot();

    public static string Silo => Built("Silo");

    public static string Gateway => Built("GatewayApi");

    public static string NodeAgent => Built("NodeAgent");

    private static string Built(string project)
    {
        var output = typeof(Product).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "ProductOutput").Value!;
        var path = Path.Combine(Root, project, output, $"Aurora.{project}.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing; build the solution first.");
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
