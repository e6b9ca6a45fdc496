using System.Diagnostics;

namespace Aurora.Repository.Tests;

/// <summary>The files of this repository: what git tracks or would track, or without git everything that is not built.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] BuiltFolders = ["bin", "obj", ".git", "TestResults", "artifacts", "node_modules"];
    private static readonly Lazy<string[]> Files = new(() => [.. FromGit() ?? FromDisk()]);

    public static string Root { get; } = FindRoot();

    /// <summary>Paths from the root with forward slashes.</summary>
    public static IReadOnlyList<string> All => Files.Value;

    public static IEnumerable<string> WithExtension(params string[] extensions) =>
        All.Where(file => extensions.Contains(Path.GetExtension(file), StringComparer.Ordinal));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static string[] ReadLines(string file) => File.ReadAllLines(Path.Combine(Root, file));

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

    private static IEnumerable<string>? FromGit()
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["ls-files", "--cached", "--others", "--exclude-standard"])
            {
                WorkingDirectory = Root,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var files = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            git.WaitForExit();
            return git.ExitCode == 0 ? files.Where(file => File.Exists(Path.Combine(Root, file))) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static IEnumerable<string> FromDisk() => Directory
        .EnumerateFiles(Root, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
        .Where(file => !file.Split('/').Any(BuiltFolders.Contains));
}
