using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>Reads what a script left in its output directory. It follows no link, and nothing of the script runs any more.</summary>
internal static partial class OutputFiles
{
    private const int DepthMax = 8;

    // Also a FIFO, a socket and a device are 0 bytes long, and opening one would wait for ever.
    private static readonly string EmptyHash = Convert.ToHexStringLower(SHA256.HashData([]));

    private static readonly EnumerationOptions Walk = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = DepthMax,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <summary>Name, size and hash of each file, ordered by name, and how many files are left out: too many, or oddly named.</summary>
    public static async Task<(JsonArray Files, int Omitted)> ListAsync(string directory, ScriptOptions options, CancellationToken cancellationToken)
    {
        var files = new JsonArray();
        var omitted = 0;
        foreach (var (name, file) in Find(directory).OrderBy(found => found.Name, StringComparer.Ordinal))
        {
            if (files.Count >= options.OutputFilesMax || name.Split('/').Any(part => !PlainName().IsMatch(part)))
            {
                omitted++;
                continue;
            }

            files.Add((JsonNode)new JsonObject
            {
                ["name"] = name,
                ["size"] = file.Length,
                ["sha256"] = await HashAsync(file, options.HashedFileBytesMax, cancellationToken),
            });
        }

        return (files, omitted);
    }

    /// <summary>The content of <c>result.json</c>; null where there is none, it is too large, or it is not JSON.</summary>
    public static JsonNode? ReadResult(string directory, ScriptOptions options)
    {
        var file = new FileInfo(Path.Combine(directory, "result.json"));
        if (!file.Exists || file.LinkTarget is not null || file.Length == 0 || file.Length > options.ResultFileBytesMax)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(File.ReadAllText(file.FullName), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<(string Name, FileInfo File)> Find(string directory) => Directory.Exists(directory)
        ? new DirectoryInfo(directory).EnumerateFiles("*", Walk)
            .Select(file => (Path.GetRelativePath(directory, file.FullName).Replace(Path.DirectorySeparatorChar, '/'), file))
        : [];

    private static async Task<string?> HashAsync(FileInfo file, long bytesMax, CancellationToken cancellationToken)
    {
        if (file.Length == 0)
        {
            return EmptyHash;
        }

        if (file.Length > bytesMax)
        {
            return null;
        }

        try
        {
            await using var stream = file.OpenRead();
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,128}\z")]
    private static partial Regex PlainName();
}
