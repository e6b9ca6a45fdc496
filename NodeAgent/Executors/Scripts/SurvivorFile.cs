using System.Text.Json;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Executors.Scripts.Supervision;
using Aurora.NodeAgent.Journal;

namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>A process that SIGKILL did not end, and the attempt that it belonged to.</summary>
internal sealed record Survivor(AttemptId Attempt, ProcessIdentity Process);

/// <summary>The processes that could not be killed, for the agent that comes after this one.</summary>
internal sealed class SurvivorFile(string path)
{
    private static readonly JournalDisk Disk = new();

    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be read.</exception>
    /// <exception cref="JsonException">It is not what was written.</exception>
    public IReadOnlyList<Survivor> Read() => File.Exists(path)
        ? [.. (JsonSerializer.Deserialize(File.ReadAllBytes(path), SupervisionJsonContext.Default.IReadOnlyListSurvivor) ?? []).Where(survivor => survivor is { Process: not null })]
        : [];

    /// <summary>Replaces what is there; on the disk when it returns.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written.</exception>
    public void Write(IReadOnlyList<Survivor> survivors)
    {
        if (survivors.Count == 0)
        {
            File.Delete(path);
            return;
        }

        JournalDisk.CreatePrivateDirectory(Path.GetDirectoryName(path)!);
        Disk.Replace(path, JsonSerializer.SerializeToUtf8Bytes(survivors, SupervisionJsonContext.Default.IReadOnlyListSurvivor));
    }
}
