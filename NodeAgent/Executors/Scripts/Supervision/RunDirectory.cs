using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Journal;

namespace Aurora.NodeAgent.Executors.Scripts.Supervision;

/// <summary>
/// The files over which an agent and the supervisor of one script speak, so that either may die and the other find its way. The
/// script itself is not told where they are.
/// </summary>
internal sealed class RunDirectory(string path)
{
    private static readonly JournalDisk Disk = new();

    private readonly string spec = System.IO.Path.Combine(path, "spec.json");
    private readonly string identity = System.IO.Path.Combine(path, "supervisor.json");
    private readonly string end = System.IO.Path.Combine(path, "end.json");
    private readonly string cancel = System.IO.Path.Combine(path, "cancel");

    public string Path => path;

    public bool Exists => Directory.Exists(path);

    /// <summary>Where the supervisor writes what the script puts out.</summary>
    public string Log => System.IO.Path.Combine(path, "log");

    /// <summary>Whether the run is no longer wanted.</summary>
    public bool IsCancelled => File.Exists(cancel);

    public static RunDirectory Of(string runs, AttemptId attempt) => new(System.IO.Path.Combine(runs, PlainFileName.Of(attempt)));

    public void Create(SupervisedSpec what)
    {
        JournalDisk.CreatePrivateDirectory(path);
        Write(spec, what, SupervisionJsonContext.Default.SupervisedSpec);
    }

    /// <summary>Writes a file that only the agent's user may read, and gives its path.</summary>
    public string CreatePrivateFile(string name, string text)
    {
        JournalDisk.CreatePrivateDirectory(path);
        var file = System.IO.Path.Combine(path, name);
        Disk.Replace(file, System.Text.Encoding.UTF8.GetBytes(text));
        return file;
    }

    public SupervisedSpec? ReadSpec() => Read(spec, SupervisionJsonContext.Default.SupervisedSpec);

    public void WriteIdentity(ProcessIdentity supervisor) => Write(identity, supervisor, SupervisionJsonContext.Default.ProcessIdentity);

    public ProcessIdentity? ReadIdentity() => Read(identity, SupervisionJsonContext.Default.ProcessIdentity);

    /// <exception cref="IOException">It could not be written.</exception>
    public void WriteEnd(ScriptEnd how) => Write(end, how, SupervisionJsonContext.Default.ScriptEnd);

    public ScriptEnd? ReadEnd() => Read(end, SupervisionJsonContext.Default.ScriptEnd);

    /// <summary>Asks the supervisor to end the run.</summary>
    public void Cancel() => File.WriteAllBytes(cancel, []);

    /// <summary>Deletes all of it. What cannot be deleted now is tried again at the agent's next start.</summary>
    public void Delete()
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Said above.
        }
    }

    private static void Write<T>(string file, T value, JsonTypeInfo<T> type) => Disk.Replace(file, JsonSerializer.SerializeToUtf8Bytes(value, type));

    private static T? Read<T>(string file, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), type) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // The files appear as a whole or not at all; what cannot be read is as good as missing.
            return null;
        }
    }
}
