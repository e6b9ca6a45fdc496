using System.Diagnostics;
using System.Globalization;

namespace Aurora.Chaos.Runner.Database;

/// <summary>A disk of 512 MB in memory (tmpfs), mounted for one run.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int Megabytes = 512;

    private SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    private string Ballast => Path.Combine(Folder, "ballast");

    /// <exception cref="InvalidOperationException">This user may not mount.</exception>
    public static SmallDisk Mount()
    {
        var folder = Directory.CreateTempSubdirectory("aurora-disk-").FullName;
        if (Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={Megabytes}m"), "tmpfs", folder) != 0)
        {
            Directory.Delete(folder);
            throw new InvalidOperationException("A disk that can be filled is a tmpfs, and mounting one needs root.");
        }

        return new SmallDisk(folder);
    }

    public void Fill()
    {
        var block = new byte[64 * 1024];
        using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(block);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void Free() => File.Delete(Ballast);

    public void Dispose()
    {
        Run("umount", "--lazy", Folder);
        Directory.Delete(Folder);
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
