using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Journal;

namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>The directory of one attempt, readable by the agent's user only.</summary>
internal sealed class WorkDirectory
{
    private WorkDirectory(string root)
    {
        Root = root;
        Output = Path.Combine(root, "output");
        Checkpoint = Path.Combine(root, "checkpoint");
        Temporary = Path.Combine(root, "tmp");
        InputFile = Path.Combine(root, "input.json");
        SourceFile = Path.Combine(root, "script");
        ProgressFile = Path.Combine(root, "progress.ndjson");
    }

    /// <summary>Where the script starts; its home.</summary>
    public string Root { get; }

    /// <summary>Where the script leaves what it makes.</summary>
    public string Output { get; }

    /// <summary>Where the script leaves what the next attempt is to go on from, and finds what an earlier one left.</summary>
    public string Checkpoint { get; }

    public string Temporary { get; }

    /// <summary>The task as JSON.</summary>
    public string InputFile { get; }

    /// <summary>The script itself where the task brought it.</summary>
    public string SourceFile { get; }

    /// <summary>Where the script may write lines that say how far it is.</summary>
    public string ProgressFile { get; }

    /// <summary>Makes the empty directory of an attempt. What an earlier process of the agent left of the same attempt goes.</summary>
    public static WorkDirectory Create(string parent, AttemptId attempt)
    {
        var directory = new WorkDirectory(Path.Combine(parent, PlainFileName.Of(attempt)));
        if (Directory.Exists(directory.Root))
        {
            Directory.Delete(directory.Root, recursive: true);
        }

        JournalDisk.CreatePrivateDirectory(directory.Root);
        JournalDisk.CreatePrivateDirectory(directory.Output);
        JournalDisk.CreatePrivateDirectory(directory.Checkpoint);
        JournalDisk.CreatePrivateDirectory(directory.Temporary);
        return directory;
    }

    /// <summary>The directory of an attempt that an earlier process of the agent started, as it is.</summary>
    public static WorkDirectory Open(string root) => new(root);

    /// <summary>Deletes directories that were made longer ago than an attempt may last and its output is kept.</summary>
    public static void Sweep(string parent, DateTimeOffset madeBefore)
    {
        if (!Directory.Exists(parent))
        {
            return;
        }

        foreach (var old in new DirectoryInfo(parent).EnumerateDirectories().Where(entry => entry.LastWriteTimeUtc < madeBefore))
        {
            TryDelete(old.FullName);
        }
    }

    /// <summary>Deletes everything but the output, and that too where there is none.</summary>
    public void TidyUp()
    {
        if (!Directory.Exists(Output) || !Directory.EnumerateFileSystemEntries(Output).Any())
        {
            TryDelete(Root);
            return;
        }

        foreach (var entry in Directory.EnumerateFileSystemEntries(Root).Where(entry => entry != Output))
        {
            TryDelete(entry);
        }
    }

    /// <summary>Deletes everything.</summary>
    public void Delete() => TryDelete(Root);

    // A script may have made something that cannot be deleted; the task's outcome does not depend on it, and the next
    // sweep tries again.
    private static void TryDelete(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true } or { LinkTarget: not null })
            {
                File.Delete(path);
            }
            else if (Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Said above.
        }
    }
}
