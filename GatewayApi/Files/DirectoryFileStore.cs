using System.Security.Cryptography;
using System.Text.Json;
using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Json;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.Files;

/// <summary>Files in a directory, one directory for each task; several gateways share it over a network file system.</summary>
/// <remarks>
/// <c>TASK/content/SHA256</c> and <c>TASK/SET.json</c>. Both are written under another name, synced and renamed, so that a
/// reader on any machine sees a whole file or none.
/// </remarks>
internal sealed class DirectoryFileStore(IOptions<AuroraGatewayOptions> options) : ITaskFileStore
{
    // Room for the database and the logs, which are often on the same disk.
    private const long FreeBytesMin = 1L << 30;
    private const int BufferBytes = 128 << 10;

    private string Root => options.Value.FilesDirectory;

    public bool Has(string taskId, string sha256) => File.Exists(ContentPath(taskId, sha256));

    public async Task<PutOutcome> PutAsync(string taskId, string sha256, Stream content, CancellationToken cancellation)
    {
        var path = ContentPath(taskId, sha256);
        var directory = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var room = options.Value.TaskFilesBytesMax - directory.EnumerateFiles().Sum(file => file.Length);
        var temporary = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true))
            {
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                var buffer = new byte[BufferBytes];
                long size = 0;
                int read;
                while ((read = await content.ReadAsync(buffer, cancellation)) > 0)
                {
                    size += read;
                    if (Refuse(size, room) is { } refusal)
                    {
                        return refusal;
                    }

                    hash.AppendData(buffer, 0, read);
                    await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
                }

                if (Convert.ToHexStringLower(hash.GetHashAndReset()) != sha256)
                {
                    return PutOutcome.OtherContent;
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            return PutOutcome.Stored;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public FileStream? Open(string taskId, string sha256)
    {
        try
        {
            return new FileStream(ContentPath(taskId, sha256), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferBytes, useAsync: true);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public FileManifest? Find(string taskId, string set)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(SetPath(taskId, set)), GatewayJsonContext.Web.FileManifest);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public IReadOnlyList<string> SetsOf(string taskId) => Directory.Exists(TaskPath(taskId))
        ? [.. Directory.EnumerateFiles(TaskPath(taskId), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)]
        : [];

    public bool TryReplace(string taskId, string set, FileManifest manifest)
    {
        if (!manifest.Files.All(file => Has(taskId, file.Sha256)))
        {
            return false;
        }

        Directory.CreateDirectory(TaskPath(taskId));
        var path = SetPath(taskId, set);
        var temporary = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                file.Write(JsonSerializer.SerializeToUtf8Bytes(manifest, GatewayJsonContext.Web.FileManifest));
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }

        DeleteUnnamed(taskId);
        return true;
    }

    public void Sweep(DateTimeOffset unchangedSince)
    {
        if (!Directory.Exists(Root))
        {
            return;
        }

        // A set that is replaced changes its directory's time.
        foreach (var task in new DirectoryInfo(Root).EnumerateDirectories("task_*").Where(task => task.LastWriteTimeUtc < unchangedSince.UtcDateTime).ToList())
        {
            try
            {
                task.Delete(recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another gateway sweeps too, or somebody reads one of the files; the next sweep tries again.
            }
        }
    }

    private PutOutcome? Refuse(long size, long room) =>
        size > options.Value.FileBytesMax ? PutOutcome.FileTooLarge
        : size > room ? PutOutcome.TaskFull
        : size % (64 << 20) < BufferBytes && new DriveInfo(Root).AvailableFreeSpace < FreeBytesMin ? PutOutcome.StoreFull
        : null;

    private void DeleteUnnamed(string taskId)
    {
        var named = SetsOf(taskId).SelectMany(set => Find(taskId, set)?.Files ?? []).Select(file => file.Sha256).ToHashSet(StringComparer.Ordinal);
        var contents = Path.Combine(TaskPath(taskId), "content");
        foreach (var file in Directory.Exists(contents) ? Directory.EnumerateFiles(contents) : [])
        {
            if (FileNames.IsHash(Path.GetFileName(file)) && !named.Contains(Path.GetFileName(file)))
            {
                File.Delete(file);
            }
        }
    }

    private string TaskPath(string taskId) => Path.Combine(Root, FileNames.DirectoryOf(taskId));

    private string ContentPath(string taskId, string sha256) => Path.Combine(TaskPath(taskId), "content", sha256);

    private string SetPath(string taskId, string set) => Path.Combine(TaskPath(taskId), set + ".json");
}
