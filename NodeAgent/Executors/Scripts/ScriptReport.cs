using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.NodeAgent.Executors.Scripts.Supervision;

namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>Says how a script ended: as the task's result, or in one line.</summary>
internal static class ScriptReport
{
    private const int ErrorLines = 3;
    private const int ErrorLengthMax = 500;

    // 128 and SIGKILL: in a container mostly the kernel, for its memory.
    private const int KilledExitCode = 137;

    private static readonly string[] SignalNames =
    [
        "", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV",
        "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM",
    ];

    // Text that a person reads in a terminal stays as it is; whoever puts it into a page escapes it there.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether the attempt failed.</summary>
    public static bool IsFailure(ScriptEnd run, SupervisedSpec spec) => FailureOf(run, spec) is not null;

    /// <summary>
    /// The outcome of a run. The result's <c>data</c> is <c>result.json</c> of the output directory, otherwise the last
    /// line of the output where that is a JSON object or list.
    /// </summary>
    public static async Task<ExecutionOutcome> DescribeAsync(
        ScriptEnd run, SupervisedSpec spec, WorkDirectory work, ScriptOptions options, string? artifactsNotKept, CancellationToken cancellationToken)
    {
        if (FailureOf(run, spec) is { } failure)
        {
            return run switch
            {
                { Ending: ScriptEnding.TimeLimit } => ExecutionOutcome.TimedOut(failure),
                { Ending: not ScriptEnding.Exited } => ExecutionOutcome.Failed(failure),
                _ when GpuOutOfMemory.IsNamedIn(run.Error) || GpuOutOfMemory.IsNamedIn(run.Output) => ExecutionOutcome.OutOfMemory(failure, run.ExitCode),
                _ => ExecutionOutcome.Exited(failure, run.ExitCode),
            };
        }

        var (files, omitted) = await OutputFiles.ListAsync(work.Output, options, cancellationToken);
        var output = run.Output;
        var result = new JsonObject
        {
            ["exit_code"] = run.ExitCode,
            ["runner"] = spec.Runner,
            ["stdout"] = output,
            ["stderr"] = run.Error,
            ["stdout_bytes"] = run.OutputBytes,
            ["stderr_bytes"] = run.ErrorBytes,
            ["duration_s"] = Math.Round(run.Duration.TotalSeconds, 3),
            ["output_files"] = files,
        };
        AddWhere(result, "output_files_omitted", omitted > 0 ? omitted : null);
        AddWhere(result, "artifacts_error", artifactsNotKept is null ? null : JsonValue.Create(artifactsNotKept));
        var dropped = spec.DroppedVariables;
        AddWhere(result, "env_dropped", dropped.Count > 0 ? new JsonArray([.. dropped.Select(name => JsonValue.Create(name))]) : null);
        AddWhere(result, "data", OutputFiles.ReadResult(work.Output, options) ?? LastLine(output));
        return ExecutionOutcome.Completed(result.ToJsonString(Readable));
    }

    private static string? FailureOf(ScriptEnd run, SupervisedSpec spec)
    {
        // Where it ran tells why it lacked something.
        var script = spec.Runner == "process" ? "the script"
            : spec.IsApart ? $"the script (in {spec.Runner}, without a network to its peers unless AURORA_SCRIPT_NETWORK is host)"
            : $"the script (in {spec.Runner})";
        return run switch
        {
            { Ending: ScriptEnding.NotStarted } => $"{script} cannot be started: {run.StartError}",
            { Ending: ScriptEnding.TimeLimit } => WithLastLines(
                string.Create(CultureInfo.InvariantCulture, $"{script} was ended after its time limit of {spec.TimeLimit.TotalSeconds:0.###} s"), run),
            { Ending: ScriptEnding.LeaseLost } => WithLastLines(
                string.Create(CultureInfo.InvariantCulture, $"{script} was ended, since the mesh did not answer for {spec.LeasePatience.TotalSeconds:0} s and on_disconnect is kill"), run),
            { Ending: ScriptEnding.TooManyProcesses } => string.Create(
                CultureInfo.InvariantCulture, $"{script} was killed, since it had {spec.ProcessesMax} processes and threads at once, the most that its node allows (AURORA_SCRIPT_PROCESSES_MAX)"),
            { Ending: ScriptEnding.TooMuchMemory } => string.Create(
                CultureInfo.InvariantCulture, $"{script} was killed, since it used more than {spec.MemoryBytesMax >> 20} MiB of memory, the most that its node allows (AURORA_SCRIPT_MEMORY_MB_MAX)"),
            { Ending: ScriptEnding.Cancelled } => $"{script} was ended from outside the mesh",
            { ExitCode: KilledExitCode } when spec.Container is not null => WithLastLines(
                string.Create(CultureInfo.InvariantCulture, $"{script} was killed; it may use {spec.MemoryBytesMax >> 20} MiB of memory (AURORA_SCRIPT_MEMORY_MB_MAX)"), run),
            { ExitCode: not 0 } => WithLastLines(Ending(script, run.ExitCode), run),
            _ => null,
        };
    }

    private static void AddWhere(JsonObject result, string name, JsonNode? value)
    {
        if (value is not null)
        {
            result[name] = value;
        }
    }

    private static JsonNode? LastLine(string output)
    {
        var line = output.AsSpan().TrimEnd();
        line = line[(line.LastIndexOf('\n') + 1)..].Trim();
        if (line is not (['{', ..] or ['[', ..]))
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(line.ToString(), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A shell reports the death of its last command by a signal as the same number.
    private static string Ending(string script, int exitCode)
    {
        var signal = exitCode - 128;
        return signal > 0 && signal < SignalNames.Length
            ? $"{script} ended with exit code {exitCode} ({SignalNames[signal]})"
            : $"{script} ended with exit code {exitCode}";
    }

    private static string WithLastLines(string ending, ScriptEnd run)
    {
        var lines = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var said = string.Concat(string.Join(" | ", lines.TakeLast(ErrorLines)).Where(character => !char.IsControl(character)));
        // The end of a long line tells more than its beginning.
        said = said.Length > ErrorLengthMax ? string.Concat("…", said.AsSpan(said.Length - ErrorLengthMax)) : said;
        return said.Length == 0 ? ending : $"{ending}: {said}";
    }
}
