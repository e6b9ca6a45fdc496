using System.Reflection;

namespace Aurora.EndToEnd.Tests.Harness;

/// <summary>Where the executables under test were built: beside this assembly's own configuration and framework.</summary>
internal static class Product
{
    public static string Root { get; } = FindRoot();

    public static string Silo => Assembly("Silo");

    public static string NodeAgent => Assembly("NodeAgent");

    public static string Gateway => Assembly("GatewayApi");

    private static string Assembly(string project)
    {
        var output = typeof(Product).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "ProductOutput").Value!;
        var path = Path.Combine(Root, project, output, $"Aurora.{project}.dll");
        Assert.True(File.Exists(path), $"{path} is missing; build the solution first.");
        return path;
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
