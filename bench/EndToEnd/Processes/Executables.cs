namespace Aurora.Bench.EndToEnd.Processes;

/// <summary>The programs that the bench starts, as built beside it in the same configuration.</summary>
internal sealed record Executables(string Silo, string NodeAgent)
{
    /// <exception cref="FileNotFoundException">One of them is not built.</exception>
    public static Executables Find()
    {
        // bench/bin/{configuration}/{framework}/
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var framework = output.Name;
        var configuration = output.Parent!.Name;
        var root = output.Parent.Parent!.Parent!.Parent!.FullName;
        return new Executables(Built("Silo"), Built("NodeAgent"));

        string Built(string project)
        {
            var file = Path.Combine(root, project, "bin", configuration, framework, $"Aurora.{project}.dll");
            return File.Exists(file)
                ? file
                : throw new FileNotFoundException($"{file} is not built. Run `dotnet build -c {configuration}` first.");
        }
    }
}
