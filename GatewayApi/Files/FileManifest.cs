namespace Aurora.GatewayApi.Files;

/// <summary>One set of a task's files as a whole: it is replaced by another one, never changed.</summary>
/// <param name="Attempt">The attempt that left them.</param>
internal sealed record FileManifest(int Attempt, IReadOnlyList<ManifestFile> Files)
{
    /// <summary>Most files of one set.</summary>
    public const int FilesMax = 10_000;

    /// <summary>What is wrong with it, as field and message; null for nothing.</summary>
    public (string Field, string Message)? FindFault()
    {
        if (Attempt < 1)
        {
            return ("attempt", "must be an integer of 1 or more");
        }

        if (Files is not { Count: <= FilesMax })
        {
            return ("files", $"must be a list of at most {FilesMax} files");
        }

        for (var index = 0; index < Files.Count; index++)
        {
            if (Files[index] is not { Name: not null, Sha256: not null } file || FindFault(file) is { } message)
            {
                return ($"files[{index}]", "must have a plain relative `name`, a `size` in bytes and a `sha256` of 64 hexadecimal digits in lower case");
            }
        }

        return Files.DistinctBy(file => file.Name).Count() == Files.Count ? null : ("files", "must not name a file twice");
    }

    private static string? FindFault(ManifestFile file) =>
        FileNames.IsPlain(file.Name) && FileNames.IsHash(file.Sha256) && file.Size >= 0 ? null : "not a file";
}

/// <param name="Name">Relative, with <c>/</c> between its parts, see <see cref="FileNames.IsPlain"/>.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">In lower case; also the name of the content.</param>
internal sealed record ManifestFile(string Name, long Size, string Sha256);
