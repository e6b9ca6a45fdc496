using System.Globalization;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Submissions;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>What <c>GET /tasks</c> is asked for.</summary>
internal sealed record TaskListQuery(TaskFilter Filter, string? Cursor, int Limit)
{
    private const int LimitDefault = 500;
    private const int LimitMax = 500;
    private const int TypeLengthMax = 64;
    private const int NodeLengthMax = 128;
    private const int CursorLengthMax = 255;
    private const string TaskPrefix = "task_";

    private static readonly string[] Statuses = ["pending", "queued", "assigned", "running", "completed", "failed", "cancelled"];

    /// <summary>Null when something cannot be meant; <paramref name="errors"/> then says what each parameter must be.</summary>
    public static TaskListQuery? Read(IQueryCollection query, out Dictionary<string, string[]> errors)
    {
        var faults = errors = [];
        var statuses = query["status"].SelectMany(each => (each ?? "").Split(',', StringSplitOptions.TrimEntries)).ToArray();
        Check("status", statuses.All(status => Statuses.Contains(status)), $"must be one or more of {string.Join(", ", Statuses)}, with commas between them");
        var type = One("type", text => IsPlain(text, TypeLengthMax), $"must be a task type: 1 to {TypeLengthMax} characters");
        var node = One("node", text => IsPlain(text, NodeLengthMax), $"must be a node's id: 1 to {NodeLengthMax} characters");
        var tenant = One("tenant", TenantRule.IsGood, TenantRule.Must);
        var label = One("label", text => text.IndexOf('=') > 0, "must be key=value");

        // The first lists had the last id that was seen as ?before=.
        var cursorName = query.ContainsKey("cursor") ? "cursor" : "before";
        var cursor = One(cursorName, text => IsPlain(text, CursorLengthMax) && text.StartsWith(TaskPrefix, StringComparison.Ordinal), "must be the next_cursor of an earlier answer");
        var limit = LimitDefault;
        One("limit", text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= LimitMax, $"must be an integer from 1 to {LimitMax}");
        return errors.Count > 0 ? null : new TaskListQuery(
            new TaskFilter
            {
                Statuses = statuses,
                TaskType = type,
                Node = node,
                Tenant = tenant,
                LabelKey = label?[..label.IndexOf('=')],
                LabelValue = label?[(label.IndexOf('=') + 1)..],
            },
            cursor,
            limit);

        string? One(string name, Func<string, bool> isGood, string must)
        {
            if (!query.TryGetValue(name, out var values))
            {
                return null;
            }

            Check(name, values.Count == 1 && isGood(values[0] ?? ""), must);
            return values[0];
        }

        void Check(string name, bool isGood, string must)
        {
            if (!isGood)
            {
                faults[name] = [must];
            }
        }
    }

    private static bool IsPlain(string text, int lengthMax) => text.Length > 0 && text.Length <= lengthMax && !text.Any(char.IsControl);
}
