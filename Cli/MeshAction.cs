namespace Aurora.Cli;

/// <summary>Runs a command against the mesh: whatever goes wrong becomes one line with a remedy, and an exit code.</summary>
internal static class MeshAction
{
    public static void SetMeshAction(this Command command, Func<ParseResult, AuroraHttpMesh, CancellationToken, Task<int>> run) =>
        command.SetLocalAction(async (parsed, cancellationToken) =>
        {
            using var mesh = parsed.Mesh();
            return await run(parsed, mesh, cancellationToken);
        });

    /// <summary>The same for a command that needs no mesh.</summary>
    public static void SetLocalAction(this Command command, Func<ParseResult, CancellationToken, Task<int>> run) =>
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                return await run(parsed, cancellationToken);
            }
            catch (Exception failure) when (Explain(failure) is { } explained)
            {
                await Console.Error.WriteLineAsync($"aurora: {explained.Line}");
                return explained.ExitCode;
            }
        });

    /// <summary>What went wrong in one line, and the exit code; null for a bug of this program.</summary>
    public static (string Line, int ExitCode)? Explain(Exception failure) => failure switch
    {
        UsageException or InvalidTaskException => (OneLine(failure), ExitCode.Usage),
        TaskNotFoundException or NodeNotFoundException or GroupNotFoundException => (OneLine(failure), ExitCode.NotFound),
        MeshUnreachableException { InnerException: null } => ($"{OneLine(failure)} GET /health and the coordinator's log say more.", ExitCode.Unreachable),
        MeshUnreachableException => ($"{OneLine(failure)} Is the mesh running there? Name another with --server or AURORA_SERVER.", ExitCode.Unreachable),
        AccessDeniedException => ($"{OneLine(failure)} Set AURORA_API_KEY to a key in force.", ExitCode.AccessDenied),
        AuroraMeshException => (OneLine(failure), ExitCode.Failure),
        OperationCanceledException => ("interrupted", ExitCode.Interrupted),
        IOException => (OneLine(failure), ExitCode.Usage),
        _ => null,
    };

    private static string OneLine(Exception failure)
    {
        var line = failure.Message.ReplaceLineEndings(" ").Trim();
        return line is [.., '.' or '?' or '!'] ? line : line + ".";
    }
}
