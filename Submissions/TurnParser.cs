using System.Globalization;
using System.Text.Json;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Submissions;

/// <summary>Reads what a task's turn depends on beside its priority: <c>tenant</c>, <c>duration_s</c>, <c>deadline</c>, <c>deadline_s</c> and <c>on_late</c>.</summary>
internal static class TurnParser
{
    private const double SecondsMax = 365 * 24 * 3600;

    /// <summary>What was said so far with the member that the reader stands on; null counts as absent.</summary>
    public static TaskControls? Read(ref Utf8JsonReader reader, KnownMember member, TaskControls? before, ref FieldErrors errors)
    {
        if (reader.TokenType is JsonTokenType.Null)
        {
            return before;
        }

        var controls = before ?? new TaskControls();
        switch (member)
        {
            case KnownMember.Tenant:
                return controls with { Tenant = Text(ref reader, "tenant", TenantRule.Must, TenantRule.IsGood, ref errors) };
            case KnownMember.DurationS:
                return controls with { DurationS = Seconds(ref reader, "duration_s", ref errors) };
            case KnownMember.DeadlineS:
                return controls with { DeadlineS = Seconds(ref reader, "deadline_s", ref errors) };
            case KnownMember.Deadline:
                const string Must = "must be a time as RFC 3339 writes it, with its offset, such as 2026-01-31T18:00:00Z";
                var text = Text(ref reader, "deadline", Must, text => TryReadTime(text, out _), ref errors);
                return controls with { Deadline = TryReadTime(text, out var deadline) ? deadline : null };
            default:
                var onLate = Text(ref reader, "on_late", "must be run or fail", text => text is "run" or "fail", ref errors);
                return controls with { FailsLate = onLate == "fail" };
        }
    }

    /// <summary>Refuses members that contradict each other.</summary>
    public static void Judge(TaskControls? controls, ref FieldErrors errors)
    {
        if (controls is { Deadline: not null, DeadlineS: not null })
        {
            errors.Add("deadline_s", "must not be named beside deadline: one of the two");
        }

        if (controls is { FailsLate: true, Deadline: null, DeadlineS: null } && !errors.Any)
        {
            errors.Add("on_late", "must come with deadline or deadline_s");
        }
    }

    private static double? Seconds(ref Utf8JsonReader reader, string field, ref FieldErrors errors)
    {
        if (reader.TokenType is JsonTokenType.Number && reader.TryGetDouble(out var seconds) && seconds is > 0 and <= SecondsMax)
        {
            return seconds;
        }

        errors.Add(field, $"must be a number of seconds above 0 and at most {SecondsMax}");
        reader.Skip();
        return null;
    }

    private static string? Text(ref Utf8JsonReader reader, string field, string must, Func<string, bool> isGood, ref FieldErrors errors)
    {
        if (reader.TokenType is JsonTokenType.String && UserText.TryGet(ref reader, out var text) && isGood(text))
        {
            return text;
        }

        errors.Add(field, must);
        reader.Skip();
        return null;
    }

    // RFC 3339 asks for an offset; a time without one would mean another moment on each machine.
    private static bool TryReadTime(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AdjustToUniversal,
            out time)
        && (text!.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal));
}
