using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions;

/// <summary>What the mesh refuses of a task's controls, judged before it is asked: the same limits as the HTTP surface has.</summary>
internal static class TaskControlRules
{
    private const double SecondsMax = 365 * 24 * 3600;
    private const int AfterMax = 64;
    private const int LabelsMax = 16;
    private const int TextMax = 128;
    private const int UrlMax = 2_048;
    private const int AnyOfMax = 8;
    private const int PoolLengthMax = 64;
    private const int SpeedsMax = 16;

    private static readonly string[] Limits = ["queue_s", "start_s", "run_s", "progress_s"];
    private static readonly string[] Failures = ["error", "timeout", "node_lost", "oom"];

    /// <summary>The members of a task that are controls.</summary>
    public static IReadOnlyList<string> Members { get; } =
        ["count", "max_attempts", "timeouts", "retry", "after", "labels", "webhook", "pool", "tenant", "duration_s", "deadline", "deadline_s", "on_late"];

    /// <summary>The first thing that is wrong, or null.</summary>
    public static (string Field, string Message)? Refuse(JsonObject body) =>
        body["count"] is not null ? ("count", "is not for a single submit: submit an array")
        : body["max_attempts"] is { } attempts && !(Whole(attempts) is >= 1 and <= 100) ? ("max_attempts", "must be an integer from 1 to 100")
        : RefuseTimeouts(body["timeouts"])
        ?? RefuseRetry(body["retry"])
        ?? RefuseAfter(body["after"])
        ?? RefuseTexts("labels", body["labels"])
        ?? RefuseWebhook(body["webhook"])
        ?? RefuseTurn(body);

    /// <summary>The same of what a request says of its place.</summary>
    /// <param name="hasGpus">Whether it names memory, count or type of its GPUs too.</param>
    public static (string Field, string Message)? RefusePlacement(JsonObject requirements, bool hasGpus) =>
        requirements["any_of"] is JsonArray { Count: 0 or > AnyOfMax } ? ("requirements.any_of", $"must be an array of 1 to {AnyOfMax} objects, each with memory_gb, gpu_count or gpu_type")
        : requirements["any_of"] is not null && hasGpus ? ("requirements.any_of", "stands in the place of memory_gb, gpu_count and gpu_type: name them in its elements only")
        : requirements["placement_profile"] is { } profile && Text(profile) is not ("balanced" or "pack" or "cost") ? ("requirements.placement_profile", "must be balanced, pack or cost")
        : requirements["anti_affinity"] is { } apart && !(Text(apart) is { Length: <= TextMax } name && !string.IsNullOrWhiteSpace(name)) ? ("requirements.anti_affinity", $"must be a non-empty string of at most {TextMax} characters")
        : RefuseAmount("cpu_cores", requirements["cpu_cores"])
        ?? RefuseAmount("host_memory_gb", requirements["host_memory_gb"])
        ?? RefuseTexts("requirements.node_labels", requirements["node_labels"])
        ?? RefuseSpeeds(requirements["gpu_speeds"])
        ?? RefusePreferences(requirements["preferences"]);

    private static (string Field, string Message)? RefuseSpeeds(JsonNode? speeds) =>
        speeds is null
        || (speeds is JsonObject { Count: > 0 and <= SpeedsMax } types
            && types.All(type => type.Key.Length <= TextMax && !string.IsNullOrWhiteSpace(type.Key) && Number(type.Value) is > 0 and <= 1000))
            ? null
            : ("requirements.gpu_speeds", $"must be an object of 1 to {SpeedsMax} GPU types, each once, with numbers above 0 and at most 1000");

    private static (string Field, string Message)? RefusePreferences(JsonNode? preferences) =>
        preferences?["gpu_type"] is { } type && !(Text(type) is { Length: <= TextMax } name && !string.IsNullOrWhiteSpace(name))
            ? ("requirements.preferences.gpu_type", $"must be a non-empty string of at most {TextMax} characters")
            : RefuseTexts("requirements.preferences.node_labels", preferences?["node_labels"]);

    /// <summary>The same of a number of nodes.</summary>
    public static (string Field, string Message)? RefuseNodes(JsonNode? nodes, string taskType) =>
        nodes is null ? null
        : Whole(nodes) is not (>= 1 and <= MeshTaskRequest.NodesMax) ? ("requirements.nodes", $"must be an integer from 1 to {MeshTaskRequest.NodesMax}")
        : Whole(nodes) > 1 && taskType is ("llm_inference" or "embeddings") ? ("requirements.nodes", $"must be 1 for task_type {taskType}: one node answers a request")
        : null;

    private static (string, string)? RefuseAmount(string name, JsonNode? amount) =>
        amount is null || Number(amount) is >= 0 and <= 100_000 ? null : ($"requirements.{name}", "must be a number from 0 to 100000");

    private static (string, string)? RefuseTimeouts(JsonNode? timeouts) => timeouts switch
    {
        null => null,
        JsonObject limits => limits.Select(limit =>
                !Limits.Contains(limit.Key) ? ($"timeouts.{limit.Key}", $"is not one of {string.Join(", ", Limits)}")
                : limit.Value is null ? null
                : RefuseSeconds($"timeouts.{limit.Key}", limit.Value)).FirstOrDefault(refusal => refusal is not null),
        _ => ("timeouts", $"must be an object with {string.Join(", ", Limits)}"),
    };

    private static (string, string)? RefuseRetry(JsonNode? retry) => retry switch
    {
        null => null,
        JsonObject rule when rule.FirstOrDefault(member => member.Key is not ("on" or "exit_codes")) is { Key: { } other } => ($"retry.{other}", "is not one of on, exit_codes"),
        JsonObject rule when rule["on"] is { } on && !(on is JsonArray kinds && kinds.All(kind => Failures.Contains(Text(kind)))) =>
            ("retry.on", $"must be an array of {string.Join(", ", Failures)}; empty for no retries"),
        JsonObject rule when rule["exit_codes"] is { } codes && !(codes is JsonArray { Count: > 0 and <= 32 } list && list.All(code => Whole(code) is >= 1 and <= 255)) =>
            ("retry.exit_codes", "must be an array of 1 to 32 integers from 1 to 255"),
        JsonObject => null,
        _ => ("retry", "must be an object with on, exit_codes"),
    };

    private static (string, string)? RefuseAfter(JsonNode? after) => after switch
    {
        null => null,
        JsonArray { Count: > 0 and <= AfterMax } tasks => tasks.Index().Where(task => !IsPrerequisite(task.Item))
            .Select(task => ((string, string)?)($"after[{task.Index}]", "must be a task id, or an object with task (a task id) and on (success or end)")).FirstOrDefault(),
        _ => ("after", $"must be an array of 1 to {AfterMax} task ids, or of objects with task and on"),
    };

    private static bool IsPrerequisite(JsonNode? task) => task switch
    {
        JsonObject named => Text(named["task"]) is { Length: > 0 and <= TextMax } && (!named.ContainsKey("on") || Text(named["on"]) is "success" or "end"),
        _ => Text(task) is { Length: > 0 and <= TextMax },
    };

    private static (string, string)? RefuseTexts(string field, JsonNode? texts) =>
        texts is null
        || (texts is JsonObject { Count: <= LabelsMax } labels
            && labels.All(label => label.Key.Length is > 0 and <= TextMax && !label.Key.Contains('=') && !label.Key.Any(char.IsControl)
                && Text(label.Value) is { Length: <= TextMax } value && !value.Any(char.IsControl)))
            ? null
            : (field, $"must be an object of at most {LabelsMax} strings; keys and values have at most {TextMax} characters, none of them a control character, and keys have no '='");

    private static (string, string)? RefuseWebhook(JsonNode? webhook) =>
        webhook is null
        || (Text(webhook) is { Length: <= UrlMax } url && Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" && parsed.UserInfo.Length == 0)
            ? null
            : ("webhook", $"must be an http or https URL of at most {UrlMax} characters, without user name and password");

    private static (string, string)? RefuseTurn(JsonObject body) =>
        body["pool"] is { } pool && !(Text(pool) is { Length: > 0 and <= PoolLengthMax } own && char.IsAsciiLetterOrDigit(own[0])
            && own.All(each => char.IsAsciiLetterOrDigit(each) || each is '-' or '_' or '.'))
            ? ("pool", $"must be the name of a pool: 1 to {PoolLengthMax} letters, digits, '-', '_' or '.', the first one a letter or a digit")
        : body["tenant"] is { } tenant && !(Text(tenant) is { Length: > 0 and <= TextMax } name && !name.Any(char.IsControl)) ? ("tenant", $"must be a string of 1 to {TextMax} printable characters")
        : body["deadline"] is not null && body["deadline_s"] is not null ? ("deadline_s", "must not be named beside deadline: one of the two")
        : body["on_late"] is { } late && Text(late) is not ("run" or "fail") ? ("on_late", "must be run or fail")
        : Text(body["on_late"]) is "fail" && body["deadline"] is null && body["deadline_s"] is null ? ("on_late", "must come with deadline or deadline_s")
        : RefuseSeconds("duration_s", body["duration_s"])
        ?? RefuseSeconds("deadline_s", body["deadline_s"]);

    private static (string, string)? RefuseSeconds(string field, JsonNode? seconds) =>
        seconds is null || Number(seconds) is > 0 and <= SecondsMax ? null : (field, $"must be a number of seconds above 0 and at most {SecondsMax}");

    private static string? Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() is JsonValueKind.String ? value.GetValue<string>() : null;

    private static double? Number(JsonNode? node) => node is JsonValue value && value.TryGetValue<double>(out var number) ? number
        : node is JsonValue whole && whole.TryGetValue<int>(out var integer) ? integer : null;

    private static int? Whole(JsonNode? node) => node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;
}
