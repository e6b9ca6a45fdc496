namespace Aurora.Silo;

/// <summary>Keeps a second silo off the same SQLite file: two meshes of one would each believe they own its tasks.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream file;

    private DataDirectoryLock(FileStream file) => this.file = file;

    /// <exception cref="SettingsException">Another silo holds the directory, or it cannot be written.</exception>
    public static DataDirectoryLock Take(string directory)
    {
        var path = Path.Combine(directory, "aurora.lock");
        try
        {
            Directory.CreateDirectory(directory);
            return new DataDirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(
                $"The data directory {directory} cannot be taken: {e.Message} If another silo runs there, stop it or set AURORA_DATA_DIR to another directory.");
        }
    }

    public void Dispose() => file.Dispose();
}
