using System.Text.Json;
using Aurora.NodeAgent.Journal;
using Microsoft.Extensions.Logging;

namespace Aurora.NodeAgent.Connection;

/// <summary>
/// What the mesh last said of its gateways, on disk: an agent that starts while the gateways it was told of are away still finds
/// the others.
/// </summary>
/// <param name="path">Null keeps it in memory.</param>
internal sealed partial class RememberedMesh(string? path, ILogger<RememberedMesh> logger)
{
    private MeshBootstrap? last;

    /// <summary>Null when nothing is remembered.</summary>
    public MeshBootstrap? Read()
    {
        if (last is not null || path is null)
        {
            return last;
        }

        try
        {
            return last = File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), BootstrapJsonContext.Default.MeshBootstrap) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            LogNotRead(path, e.Message);
            return null;
        }
    }

    public void Write(MeshBootstrap bootstrap)
    {
        if (bootstrap.Version != last?.Version && VersionMatch.Explain(bootstrap.Version, VersionMatch.Agent) is { } mismatch)
        {
            LogOtherVersion(mismatch);
        }

        var isNew = last is null || !last.Gateways.SequenceEqual(bootstrap.Gateways) || last.ClusterId != bootstrap.ClusterId;
        last = bootstrap;
        if (path is null || !isNew)
        {
            return;
        }

        try
        {
            new JournalDisk().Replace(path, JsonSerializer.SerializeToUtf8Bytes(bootstrap, BootstrapJsonContext.Default.MeshBootstrap));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(path, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Mismatch}")]
    private partial void LogOtherVersion(string mismatch);

    [LoggerMessage(LogLevel.Warning, "{Path} cannot be read, so only the configured gateways are known: {Reason}")]
    private partial void LogNotRead(string path, string reason);

    [LoggerMessage(LogLevel.Warning, "{Path} cannot be written, so a restart knows only the configured gateways: {Reason}")]
    private partial void LogNotWritten(string path, string reason);
}
