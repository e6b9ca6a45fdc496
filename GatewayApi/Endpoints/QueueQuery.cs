using System.Globalization;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>What <c>GET /mesh/queue</c> is asked for.</summary>
/// <param name="Limit">1 to 1,000.</param>
/// <param name="Pool">Null for all.</param>
/// <param name="PriorityMin">0 to 10, included.</param>
/// <param name="PriorityMax">At least the lowest, at most 10, included.</param>
internal sealed record QueueQuery(int Limit, string? Pool, int PriorityMin, int PriorityMax)
{
    private const int LimitDefault = 100;
    private const int LimitMax = 1_000;
    private const int Lowest = 0;
    private const int Highest = 10;

    public bool HasAllPriorities => (PriorityMin, PriorityMax) is (Lowest, Highest);

    /// <summary>Null when something cannot be meant; <paramref name="errors"/> then says what each parameter must be.</summary>
    public static QueueQuery? Read(IQueryCollection query, out Dictionary<string, string[]> errors)
    {
        var faults = errors = [];
        var limit = Number("limit", 1, LimitMax) ?? LimitDefault;
        var priority = Number("priority", Lowest, Highest);
        var (min, max) = (Number("min_priority", Lowest, Highest), Number("max_priority", Lowest, Highest));
        if (query.ContainsKey("priority") && (query.ContainsKey("min_priority") || query.ContainsKey("max_priority")))
        {
            faults["priority"] = ["must stand alone: min_priority and max_priority say the same of a range"];
        }
        else if (min > max)
        {
            faults["max_priority"] = ["must be at least min_priority"];
        }

        return faults.Count > 0 ? null : new QueueQuery(
            limit, query["pool"] is [{ Length: > 0 } named] ? named : null, priority ?? min ?? Lowest, priority ?? max ?? Highest);

        int? Number(string name, int least, int most)
        {
            if (!query.TryGetValue(name, out var values))
            {
                return null;
            }

            if (values is [{ } text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            {
                return number;
            }

            faults[name] = [$"must be an integer from {least} to {most}"];
            return null;
        }
    }
}
