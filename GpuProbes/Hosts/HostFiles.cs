namespace Aurora.GpuProbes.Hosts;

/// <summary>Reads the files in which a kernel describes itself. A file that is missing or refused has no data.</summary>
/// <param name="root">What the paths are under; <c>/</c> on a real machine.</param>
internal sealed class HostFiles(string root)
{
    /// <summary>The file's text without surrounding blanks, or null.</summary>
    public string? Text(string path)
    {
        try
        {
            return File.ReadAllText(Full(path)).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The decimal number that the file holds, or null.</summary>
    public long? Number(string path) => long.TryParse(Text(path), out var number) ? number : null;

    /// <summary>The file's lines, or none.</summary>
    public IReadOnlyList<string> Lines(string path) => Text(path)?.Split('\n', StringSplitOptions.TrimEntries) ?? [];

    /// <summary>Names of the entries of a folder, in ordinal order; none when there is no such folder.</summary>
    public IReadOnlyList<string> Entries(string path)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(Full(path)).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private string Full(string path) => Path.Combine(root, path);
}
