using System.Text.RegularExpressions;

namespace Aurora.NodeAgent.Files;

/// <summary>The files of a directory at one moment. Links are not followed, and oddly named files are left out.</summary>
internal sealed partial class DirectorySnapshot
{
    private const int DepthMax = 8;

    private static readonly EnumerationOptions Walk = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = DepthMax,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Device,
    };

    private DirectorySnapshot(IReadOnlyList<SeenFile> files) => Files = files;

    /// <summary>Ordered by name.</summary>
    public IReadOnlyList<SeenFile> Files { get; }

    /// <param name="directory">Need not exist.</param>
    /// <param name="withTemporary">Whether names that begin with <c>.</c> or end in <c>.tmp</c> or <c>.part</c> count.</param>
    public static DirectorySnapshot Take(string directory, bool withTemporary)
    {
        try
        {
            return new DirectorySnapshot(
            [
                .. new DirectoryInfo(directory).EnumerateFiles("*", Walk)
                    .Select(file => new SeenFile(
                        Path.GetRelativePath(directory, file.FullName).Replace(Path.DirectorySeparatorChar, '/'), file.FullName, file.Length, file.LastWriteTimeUtc))
                    .Where(file => file.Name.Split('/').All(part => PlainName().IsMatch(part) && (withTemporary || !IsTemporary(part))))
                    .OrderBy(file => file.Name, StringComparer.Ordinal),
            ]);
        }
        catch (IOException)
        {
            // It went while it was read, or is not there.
            return new DirectorySnapshot([]);
        }
    }

    /// <summary>Whether both saw the same files, by name, size and time.</summary>
    public bool IsSameAs(DirectorySnapshot? other) => other is not null && Files.SequenceEqual(other.Files);

    private static bool IsTemporary(string name) =>
        name[0] == '.' || name.EndsWith(".tmp", StringComparison.Ordinal) || name.EndsWith(".part", StringComparison.Ordinal);

    [GeneratedRegex(@"\A(?!\.{1,2}\z)[A-Za-z0-9._-]{1,128}\z")]
    private static partial Regex PlainName();
}

/// <param name="Name">Relative, with <c>/</c> between its parts.</param>
internal sealed record SeenFile(string Name, string Path, long Size, DateTime ChangedAt);
