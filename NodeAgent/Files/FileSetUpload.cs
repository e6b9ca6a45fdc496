using System.Security.Cryptography;
using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.NodeAgent.Files;

/// <summary>Brings the files of one attempt to the mesh. A content that is there already is not sent again.</summary>
internal sealed class FileSetUpload(ITaskFiles files, AttemptId attempt)
{
    private readonly Dictionary<SeenFile, string> hashes = [];

    /// <summary>Makes the snapshot the task's set of this name.</summary>
    /// <exception cref="IOException">A file changed while it was read; a later snapshot may fare better.</exception>
    /// <exception cref="TaskFilesRefusedException">The mesh does not take it.</exception>
    /// <exception cref="HttpRequestException">The mesh cannot be reached.</exception>
    public async Task SendAsync(string set, DirectorySnapshot snapshot, CancellationToken cancellationToken)
    {
        var named = new List<TaskFile>(snapshot.Files.Count);
        foreach (var file in snapshot.Files)
        {
            var sha256 = await HashAsync(file, cancellationToken);
            if (!await files.HasAsync(attempt.TaskId, sha256, cancellationToken))
            {
                await UploadAsync(file, sha256, cancellationToken);
            }

            named.Add(new TaskFile(file.Name, file.Size, sha256));
        }

        await files.ReplaceAsync(attempt, set, named, cancellationToken);
    }

    private async Task UploadAsync(SeenFile file, string sha256, CancellationToken cancellationToken)
    {
        try
        {
            await files.UploadAsync(attempt, sha256, file.Path, cancellationToken);
        }
        catch (TaskFilesRefusedException) when (!IsUnchanged(file))
        {
            // The mesh saw another hash than this node did a moment before.
            throw Changed(file);
        }
    }

    private async Task<string> HashAsync(SeenFile file, CancellationToken cancellationToken)
    {
        if (!hashes.TryGetValue(file, out var sha256))
        {
            await using (var content = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
            {
                sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
            }

            if (!IsUnchanged(file))
            {
                throw Changed(file);
            }

            hashes[file] = sha256;
        }

        return sha256;
    }

    private static bool IsUnchanged(SeenFile file) =>
        new FileInfo(file.Path) is { Exists: true } now && now.Length == file.Size && now.LastWriteTimeUtc == file.ChangedAt;

    private static IOException Changed(SeenFile file) => new($"{file.Name} changed while it was read");
}
