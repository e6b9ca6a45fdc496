using System.Globalization;
using System.Runtime.InteropServices;

namespace Aurora.NodeAgent.Executors.Scripts.Runners;

/// <summary>A user and a group by number.</summary>
internal readonly partial record struct UnixUser(uint Id, uint Group)
{
    /// <summary>The number that belongs to nobody on every Linux.</summary>
    public static readonly UnixUser Nobody = new(65534, 65534);

    /// <summary>The user of this process.</summary>
    public static UnixUser Current => OperatingSystem.IsWindows() ? Nobody : new(EffectiveUser(), EffectiveGroup());

    /// <summary>Reads <c>1000</c> or <c>1000:1000</c>; root is not a user for scripts.</summary>
    public static bool TryParse(string text, out UnixUser user)
    {
        user = default;
        var parts = text.Split(':');
        if (parts.Length > 2
            || !uint.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || !uint.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var group)
            || id == 0)
        {
            return false;
        }

        user = new UnixUser(id, group);
        return true;
    }

    /// <summary>Makes this user the owner of a directory and everything in it. Needs root.</summary>
    /// <exception cref="IOException">It could not be handed over.</exception>
    public void Own(string directory)
    {
        OwnOne(directory);
        foreach (var entry in Directory.EnumerateFileSystemEntries(directory, "*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.None,
        }))
        {
            OwnOne(entry);
        }
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id}:{Group}");

    private void OwnOne(string path)
    {
        // A link is handed over itself, not what it leads to.
        if (ChangeOwner(path, Id, Group) != 0)
        {
            throw new IOException($"{path} cannot be handed over to user {Id} (errno {Marshal.GetLastPInvokeError()})");
        }
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint EffectiveGroup();

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);
}
