namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>Paths with every symbolic link in them resolved.</summary>
internal static class RealPath
{
    private const int LinksMax = 40;

    /// <summary>The real path of something that exists; null where it does not, or where its links go in circles.</summary>
    public static string? Of(string path) => Resolve(Path.GetFullPath(path), LinksMax);

    /// <summary>Whether a real path lies inside a real directory.</summary>
    public static bool IsInside(string path, string directory) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(directory) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // The base library resolves a link at the end of a path only, not those on the way to it.
    private static string? Resolve(string path, int linksLeft)
    {
        var resolved = Path.GetPathRoot(path)!;
        foreach (var part in path[resolved.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(resolved, part);
            if (new FileInfo(next).LinkTarget is { } target)
            {
                var followed = linksLeft > 0 ? Resolve(Path.GetFullPath(target, resolved), linksLeft - 1) : null;
                if (followed is null)
                {
                    return null;
                }

                next = followed;
            }

            resolved = next;
        }

        return Path.Exists(resolved) ? resolved : null;
    }
}
