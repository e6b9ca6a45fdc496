using System.Text.Json;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.WebSockets;

/// <summary>Reads what a node says of attempts, and of its load.</summary>
internal static class ReportFrames
{
    private const double StartedAgoMsMax = 365.0 * 24 * 3600 * 1000;

    // W3C Trace Context 1.0: "00-" + 32 + "-" + 16 + "-" + 2 digits.
    private const int TraceParentLengthMax = 55;

    // Kinds of errors of one GPU.
    private const int ErrorsMax = 64;

    /// <summary>The report in a frame, or null when it names no task.</summary>
    public static AttemptReport? Report(JsonElement frame, AttemptReportKind kind, SessionAttempts attempts)
    {
        if (frame.Text("task_id") is not { Length: > 0 } taskId)
        {
            return null;
        }

        var startedAgo = TimeSpan.FromMilliseconds(Math.Clamp(frame.Number("started_ago_ms") ?? 0, 0, StartedAgoMsMax));
        var result = kind is AttemptReportKind.Completed ? frame.Member("result")?.GetRawText() ?? "{}" : null;
        var error = kind is AttemptReportKind.Failed ? ErrorText(frame) : null;
        return new AttemptReport(taskId, frame.Integer("attempt") ?? attempts.Find(taskId), kind, startedAgo, result, error)
        {
            IsFinal = kind is AttemptReportKind.Failed && frame.Member("retryable") is { ValueKind: JsonValueKind.False },
            Failure = kind is AttemptReportKind.Failed ? FailureOf(frame) : AttemptFailureKind.Error,
            ExitCode = kind is AttemptReportKind.Failed ? frame.Integer("exit_code") : null,
            PreemptedFor = kind is AttemptReportKind.Preempted ? frame.Text("for") ?? "another task" : null,
            TraceParent = frame.Text("traceparent") is { Length: <= TraceParentLengthMax } trace ? trace : null,
        };
    }

    // For people, in each of the node's reports.
    private const int ClosedLengthMax = 300;

    /// <summary>The heartbeat in a frame.</summary>
    public static Heartbeat Heartbeat(JsonElement frame, long epoch)
    {
        var beat = frame.Member("heartbeat") ?? frame;
        return new Heartbeat(epoch, Math.Clamp(beat.Number("cpu_load") ?? 0, 0, 1), [.. beat.Items("gpus").Select(Telemetry)], [.. beat.Attempts("attempts")])
        {
            Closed = beat.Text("closed") is { Length: > 0 } reason ? reason[..Math.Min(reason.Length, ClosedLengthMax)] : null,
        };
    }

    private static GpuTelemetry Telemetry(JsonElement gpu, int position) => new(
        gpu.Integer("index") ?? position,
        gpu.Long("memory_used_bytes"),
        gpu.Number("utilization"),
        gpu.Number("temperature_celsius"),
        gpu.Number("power_watts"))
    {
        EnergyJoules = gpu.Number("energy_joules"),
        Errors = gpu.Items("errors").Take(ErrorsMax).Select(ErrorOf).OfType<GpuErrorCount>().ToArray() is { Length: > 0 } errors ? errors : null,
    };

    /// <summary>Null for what is no kind of error that there is: each becomes a series of the metrics.</summary>
    private static GpuErrorCount? ErrorOf(JsonElement error)
    {
        var (kind, xid, count) = (error.Text("kind"), error.Integer("xid"), error.Long("count"));
        return count is null or < 0 ? null : kind switch
        {
            GpuErrorKinds.EccCorrected or GpuErrorKinds.EccUncorrected => new GpuErrorCount(kind, null, count.Value),
            GpuErrorKinds.Xid when xid is > 0 and <= GpuErrorKinds.XidMax => new GpuErrorCount(kind, xid, count.Value),
            _ => null,
        };
    }

    private static AttemptFailureKind FailureOf(JsonElement frame) => frame.Text("failure") switch
    {
        FailureNames.Timeout => AttemptFailureKind.Timeout,
        FailureNames.OutOfMemory => AttemptFailureKind.OutOfMemory,
        _ => AttemptFailureKind.Error,
    };

    private static string ErrorText(JsonElement frame) =>
        frame.Text("error") ?? frame.Member("error")?.GetRawText() ?? "The node reported a failure without a reason.";
}
