using System.Text.Json;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Submissions;

/// <summary>Reads <c>timeouts</c>, <c>retry</c>, <c>after</c>, <c>labels</c> and <c>webhook</c>.</summary>
public static class ControlsParser
{
    private const double SecondsMax = 365 * 24 * 3600;
    private const int AfterMax = 64;
    private const int ExitCodesMax = 32;
    private const int LabelsMax = 16;
    private const int LabelLengthMax = 128;
    private const int TaskIdLengthMax = 128;

    /// <summary>The members of <c>timeouts</c>.</summary>
    public static IReadOnlyList<string> Limits { get; } = ["queue_s", "start_s", "run_s", "progress_s"];

    /// <summary>What was said so far with the member that the reader stands on; null counts as absent.</summary>
    internal static TaskControls? Read(ref Utf8JsonReader reader, KnownMember member, TaskControls? before, ref FieldErrors errors)
    {
        var name = member.ToString().ToLowerInvariant();
        if (reader.TokenType is JsonTokenType.Null)
        {
            return before;
        }

        var text = reader;
        var faults = new FieldErrors("");
        UserText.Skip(ref text, name, ref faults);
        if (faults.Any)
        {
            UserText.Skip(ref reader, name, ref errors);
            return before;
        }

        using var document = JsonDocument.ParseValue(ref reader);
        var value = document.RootElement;
        var controls = before ?? new TaskControls();
        return member switch
        {
            KnownMember.Timeouts => controls with { Timeouts = Timeouts(value, ref errors) },
            KnownMember.Retry => Retry(value, controls, ref errors),
            KnownMember.After => controls with { After = After(value, ref errors) },
            KnownMember.Labels => controls with { Labels = Labels(value, ref errors) },
            _ => controls with { Webhook = Webhook(value, ref errors) },
        };
    }

    private static TaskTimeouts? Timeouts(JsonElement value, ref FieldErrors errors)
    {
        var seconds = new double?[Limits.Count];
        if (!IsObject(value, "timeouts", Limits, ref errors))
        {
            return null;
        }

        for (var i = 0; i < Limits.Count; i++)
        {
            if (value.TryGetProperty(Limits[i], out var limit) && limit.ValueKind is not JsonValueKind.Null)
            {
                seconds[i] = limit.ValueKind is JsonValueKind.Number && limit.TryGetDouble(out var number) && number is > 0 and <= SecondsMax ? number : null;
                if (seconds[i] is null)
                {
                    errors.Add($"timeouts.{Limits[i]}", $"must be a number of seconds above 0 and at most {SecondsMax}");
                }
            }
        }

        return new TaskTimeouts(seconds[0], seconds[1], seconds[2], seconds[3]);
    }

    private static TaskControls Retry(JsonElement value, TaskControls controls, ref FieldErrors errors)
    {
        if (!IsObject(value, "retry", ["on", "exit_codes"], ref errors))
        {
            return controls;
        }

        string[]? kinds = null;
        int[]? exitCodes = null;
        if (value.TryGetProperty("on", out var on) && on.ValueKind is not JsonValueKind.Null)
        {
            kinds = on.ValueKind is JsonValueKind.Array && on.EnumerateArray().All(each => each.ValueKind is JsonValueKind.String && FailureNames.All.Contains(each.GetString()))
                ? [.. on.EnumerateArray().Select(each => each.GetString()!).Distinct()]
                : null;
            if (kinds is null)
            {
                errors.Add("retry.on", $"must be an array of {string.Join(", ", FailureNames.All)}; empty for no retries");
            }
        }

        if (value.TryGetProperty("exit_codes", out var codes) && codes.ValueKind is not JsonValueKind.Null)
        {
            exitCodes = codes.ValueKind is JsonValueKind.Array && codes.GetArrayLength() is > 0 and <= ExitCodesMax
                && codes.EnumerateArray().All(each => each.ValueKind is JsonValueKind.Number && each.TryGetInt32(out var code) && code is > 0 and <= 255)
                    ? [.. codes.EnumerateArray().Select(each => each.GetInt32()).Distinct()]
                    : null;
            if (exitCodes is null)
            {
                errors.Add("retry.exit_codes", $"must be an array of 1 to {ExitCodesMax} integers from 1 to 255");
            }
        }

        return controls with { RetryOn = kinds, ExitCodes = exitCodes };
    }

    private static TaskPrerequisite[]? After(JsonElement value, ref FieldErrors errors)
    {
        if (value.ValueKind is not JsonValueKind.Array || value.GetArrayLength() is 0 or > AfterMax)
        {
            errors.Add("after", $"must be an array of 1 to {AfterMax} task ids, or of objects with task and on");
            return null;
        }

        var after = new List<TaskPrerequisite>();
        foreach (var (number, each) in value.EnumerateArray().Index())
        {
            var task = each.ValueKind is JsonValueKind.Object && each.TryGetProperty("task", out var named) ? named : each;
            var isEnd = each.ValueKind is JsonValueKind.Object && each.TryGetProperty("on", out var on) && on.ValueKind is JsonValueKind.String
                ? on.GetString() switch
                {
                    "success" => false,
                    "end" => true,
                    _ => (bool?)null,
                }
                : each.ValueKind is JsonValueKind.Object && each.TryGetProperty("on", out _) ? null : false;
            if (task.ValueKind is not JsonValueKind.String || task.GetString() is not { Length: > 0 and <= TaskIdLengthMax } taskId || isEnd is null)
            {
                errors.Add($"after[{number}]", "must be a task id, or an object with task (a task id) and on (success or end)");
                continue;
            }

            after.Add(new TaskPrerequisite(taskId, isEnd.Value));
        }

        return [.. after];
    }

    private static Dictionary<string, string>? Labels(JsonElement value, ref FieldErrors errors)
    {
        var isGood = value.ValueKind is JsonValueKind.Object
            && value.EnumerateObject().Count() <= LabelsMax
            && value.EnumerateObject().All(label =>
                label.Name.Length > 0 && !label.Name.Contains('=') && IsLabelText(label.Name)
                && label.Value.ValueKind is JsonValueKind.String && IsLabelText(label.Value.GetString()!))
            && value.EnumerateObject().DistinctBy(label => label.Name).Count() == value.EnumerateObject().Count();
        if (!isGood)
        {
            errors.Add("labels", $"must be an object of at most {LabelsMax} strings; keys and values have at most {LabelLengthMax} characters, none of them a control character, and keys have no '='");
            return null;
        }

        return value.EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!, StringComparer.Ordinal);
    }

    private static string? Webhook(JsonElement value, ref FieldErrors errors)
    {
        var url = value.ValueKind is JsonValueKind.String ? value.GetString() : null;
        if (WebhookUrl.Refuse(url) is { } refusal)
        {
            errors.Add("webhook", refusal);
            return null;
        }

        return url;
    }

    private static bool IsLabelText(string text) => text.Length <= LabelLengthMax && !text.Any(char.IsControl);

    private static bool IsObject(JsonElement value, string field, IReadOnlyList<string> members, ref FieldErrors errors)
    {
        if (value.ValueKind is not JsonValueKind.Object)
        {
            errors.Add(field, $"must be an object with {string.Join(", ", members)}");
            return false;
        }

        foreach (var member in value.EnumerateObject().Where(member => !members.Contains(member.Name)))
        {
            errors.Add($"{field}.{member.Name}", $"is not one of {string.Join(", ", members)}");
        }

        return true;
    }
}
