using System.Globalization;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Events;

namespace Aurora.GatewayApi.Events;

/// <summary>What a request for events asks for.</summary>
/// <param name="After">The place of the last event that was seen; null for a reader that comes for the first time.</param>
/// <param name="Recent">Past events that a first-time reader wants before those to come, 0 to 1,000.</param>
/// <param name="Prefix">"task." or "node." when only those are wanted, otherwise empty.</param>
internal sealed record EventQuery(EventPlaces? After, int Recent, string Prefix)
{
    private const string LastEventId = "Last-Event-ID";
    private const int RecentMax = 1_000;

    /// <summary>The query, or why it cannot be meant.</summary>
    public static (EventQuery? Query, Problem? Problem) Parse(HttpRequest request)
    {
        EventPlaces? after = null;
        if (request.Headers[LastEventId].ToString() is { Length: > 0 } seen)
        {
            after = EventPlaces.TryParse(seen);
            if (after is null)
            {
                return (null, Problem.Invalid(LastEventId, "must be the id of an event of this mesh"));
            }
        }

        var recent = 0;
        if (request.Query["recent"].ToString() is { Length: > 0 } count
            && (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out recent) || recent > RecentMax))
        {
            return (null, Problem.Invalid("recent", "must be an integer from 0 to 1000"));
        }

        return request.Query["about"].ToString() switch
        {
            "" or "all" => (new EventQuery(after, recent, ""), null),
            "tasks" => (new EventQuery(after, recent, "task."), null),
            "nodes" => (new EventQuery(after, recent, "node."), null),
            _ => (null, Problem.Invalid("about", "must be tasks, nodes or all")),
        };
    }

    public bool Wants(MeshEvent happened) => happened.Kind.StartsWith(Prefix, StringComparison.Ordinal);
}
