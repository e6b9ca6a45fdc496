namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>The programs that run script files.</summary>
internal static class Interpreter
{
    /// <summary>The interpreter's name for a file extension, or null.</summary>
    public static string? ForExtension(string extension) => extension switch
    {
        ".py" => "python3",
        ".sh" => "bash",
        ".js" => "node",
        _ => null,
    };

    /// <summary>The absolute path of a program on a search path, or null. Relative entries do not count.</summary>
    public static string? Find(string name, string searchPath) => searchPath
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Where(Path.IsPathFullyQualified)
        .Select(directory => Path.Combine(directory, OperatingSystem.IsWindows() ? name + ".exe" : name))
        .FirstOrDefault(File.Exists);
}
