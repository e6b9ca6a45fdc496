using System.Globalization;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Output;

namespace Aurora.GatewayApi.Logs;

/// <summary>What a request for a log asks for.</summary>
/// <param name="From">The first position that is wanted, see <see cref="OutputPosition"/>.</param>
/// <param name="Follow">Whether to stay until the task has ended.</param>
/// <param name="Only">The one stream that is wanted; null for both.</param>
/// <param name="AsEvents">Whether the answer is a stream of events, otherwise plain text.</param>
internal sealed record LogQuery(long From, bool Follow, OutputKind? Only, bool AsEvents)
{
    private const string LastEventId = "Last-Event-ID";

    /// <summary>The query, or why it cannot be meant.</summary>
    public static (LogQuery? Query, Problem? Problem) Parse(HttpRequest request)
    {
        if (request.Query["follow"].ToString() is not ("" or "true" or "false" or "1" or "0") and var follow)
        {
            return (null, Problem.Invalid("follow", $"must be true or false, not '{Shortened(follow)}'"));
        }

        if (ReadStream(request) is not { IsKnown: true } stream)
        {
            return (null, Problem.Invalid("stream", "must be stdout, stderr or all"));
        }

        var from = OutputPosition.Start;
        if (request.Query["from"].ToString() is { Length: > 0 } position && !TryRead(position, out from))
        {
            return (null, Problem.Invalid("from", "must be a position of the log: an integer of 0 or more"));
        }

        // A browser that lost its connection asks for the same address again and says only this of where it was.
        if (request.Headers[LastEventId].ToString() is { Length: > 0 } seen)
        {
            if (!TryRead(seen, out var last))
            {
                return (null, Problem.Invalid(LastEventId, "must be the id of an event of this log"));
            }

            from = Math.Max(from, last + 1);
        }

        var asEvents = request.Headers.Accept.ToString().Contains("text/event-stream", StringComparison.OrdinalIgnoreCase);
        return (new LogQuery(from, request.Query["follow"].ToString() is "true" or "1", stream.Only, asEvents), null);
    }

    /// <summary>Whether a piece is part of the answer.</summary>
    public bool Wants(OutputKind kind) => kind switch
    {
        OutputKind.Stdout or OutputKind.Stderr => Only is null || Only == kind,
        OutputKind.Progress => AsEvents && Only is null,
        _ => false,
    };

    private static (bool IsKnown, OutputKind? Only) ReadStream(HttpRequest request) => request.Query["stream"].ToString() switch
    {
        "" or "all" => (true, null),
        "stdout" => (true, OutputKind.Stdout),
        "stderr" => (true, OutputKind.Stderr),
        _ => (false, null),
    };

    private static bool TryRead(string text, out long position) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out position) && position < long.MaxValue;

    private static string Shortened(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
