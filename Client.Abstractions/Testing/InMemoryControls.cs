using System.Globalization;
using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions.Testing;

/// <summary>What a task of <see cref="InMemoryAuroraMesh"/> says of limits, retries, order and its deadline. It was judged before.</summary>
internal sealed class InMemoryControls
{
    private const int MaxAttemptsDefault = 3;

    private readonly int maxAttempts;
    private readonly IReadOnlyList<string>? retryOn;
    private readonly bool namesExitCodes;

    public InMemoryControls(JsonObject body, DateTimeOffset submittedAt)
    {
        maxAttempts = (int?)Number(body["max_attempts"]) ?? MaxAttemptsDefault;
        retryOn = body["retry"]?["on"] is JsonArray on ? [.. on.Select(kind => (string)kind!)] : null;
        namesExitCodes = body["retry"]?["exit_codes"] is JsonArray;
        (Queue, Run, Progress) = (Seconds(body["timeouts"]?["queue_s"]), Seconds(body["timeouts"]?["run_s"]), Seconds(body["timeouts"]?["progress_s"]));
        After = body["after"] is JsonArray after ? [.. after.Select(Prerequisite)] : [];
        var deadline = DateTimeOffset.TryParse((string?)body["deadline"], CultureInfo.InvariantCulture, out var at) ? at : submittedAt + Seconds(body["deadline_s"]);
        LatestStart = deadline - (Seconds(body["duration_s"]) ?? TimeSpan.Zero);
        FailsLate = (string?)body["on_late"] == "fail";
        AntiAffinity = (string?)body["requirements"]?["anti_affinity"];
    }

    public TimeSpan? Queue { get; }

    public TimeSpan? Run { get; }

    public TimeSpan? Progress { get; }

    public IReadOnlyList<TaskPrerequisite> After { get; }

    /// <summary>When an attempt must start to meet the deadline; null without one.</summary>
    public DateTimeOffset? LatestStart { get; }

    public bool FailsLate { get; }

    public string? AntiAffinity { get; }

    /// <summary>Whether there is another attempt after so many failures, the last of which was of this kind. What a test throws has no exit code.</summary>
    public bool TriesAgain(string kind, int failures) =>
        failures < maxAttempts && retryOn?.Contains(kind) != false && !(kind == "error" && namesExitCodes);

    private static TaskPrerequisite Prerequisite(JsonNode? after) =>
        after is JsonObject named ? new TaskPrerequisite((string)named["task"]!, (string?)named["on"] == "end") : new TaskPrerequisite((string)after!);

    private static TimeSpan? Seconds(JsonNode? seconds) => Number(seconds) is { } number ? TimeSpan.FromSeconds(number) : null;

    // A number that was made here and one that was parsed are different kinds of node.
    private static double? Number(JsonNode? number) => InMemoryTask.Element(number)?.GetDouble();
}
