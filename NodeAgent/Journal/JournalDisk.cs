using System.Runtime.InteropServices;

namespace Aurora.NodeAgent.Journal;

/// <summary>Writes that are on the disk when they return. A test overrides them to let the disk fail.</summary>
internal partial class JournalDisk
{
    private const int ReadOnly = 0;

    /// <summary>Replaces a file as a whole: whoever reads it sees the old content or the new, also after a power cut.</summary>
    public virtual void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".tmp";
        try
        {
            using (var file = new FileStream(temporary, PrivateFile(FileMode.Create)))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            SyncDirectory(Path.GetDirectoryName(path)!);
        }
        catch
        {
            // On a full disk the half-written file is in the way of everybody else.
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Adds to the end of a file, or leaves it as it was.</summary>
    public virtual void Append(FileStream file, ReadOnlySpan<byte> content)
    {
        var length = file.Length;
        try
        {
            file.Seek(length, SeekOrigin.Begin);
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        catch
        {
            file.SetLength(length);
            throw;
        }
    }

    /// <summary>Makes a directory that only the agent's user may look into.</summary>
    public static void CreatePrivateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>How a file is opened that only the agent's user may read.</summary>
    public static FileStreamOptions PrivateFile(FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = mode == FileMode.Create ? FileAccess.Write : FileAccess.ReadWrite,
            Share = FileShare.Read,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    /// <summary>Makes a rename inside a directory durable. Windows has no such call and needs none.</summary>
    private static void SyncDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
        {
            throw new IOException($"{path} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        var failed = Sync(descriptor) != 0;
        var error = Marshal.GetLastPInvokeErrorMessage();
        _ = Close(descriptor);
        if (failed)
        {
            throw new IOException($"{path} cannot be made durable: {error}");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
