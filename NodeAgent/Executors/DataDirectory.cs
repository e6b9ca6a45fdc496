namespace Aurora.NodeAgent.Executors;

/// <summary>Where everything that the agent keeps on this machine lives.</summary>
internal static class DataDirectory
{
    /// <summary>
    /// The absolute path: <paramref name="configured"/> (<c>AURORA_DATA_DIR</c>) where it is set, otherwise <c>aurora</c> in the
    /// operating system's per-user data folder (<c>~/.local/share</c> on Linux). The directory need not exist yet.
    /// </summary>
    public static string Resolve(string? configured)
    {
        if (!string.IsNullOrWhiteSpace(configured))
        {
            return Path.GetFullPath(configured);
        }

        var folder = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return folder.Length > 0
            ? Path.Combine(folder, "aurora")
            : throw new InvalidOperationException("This user has no data folder: set AURORA_DATA_DIR.");
    }
}
