using System.Globalization;
using System.Net.WebSockets;

namespace Aurora.GatewayApi.WebSockets;

/// <summary>Why a socket ends.</summary>
/// <param name="Error">Goes to the node in an <c>error</c> frame before the close; null when there is nothing to complain of.</param>
/// <param name="RetryAfter">How long the node should wait before it connects again; the <c>error</c> frame says it too.</param>
internal sealed record SocketClosing(WebSocketCloseStatus Status, string Reason, string? Error = null, TimeSpan? RetryAfter = null)
{
    // A close frame has room for 123 bytes of reason; our own words are ASCII.
    private const int ReasonLengthMax = 123;

    public static SocketClosing ByNode { get; } = new(WebSocketCloseStatus.NormalClosure, "closed by the node");

    public static SocketClosing Lost { get; } = new(WebSocketCloseStatus.Empty, "the connection broke");

    public static SocketClosing Stopping { get; } = new(WebSocketCloseStatus.EndpointUnavailable, "the gateway is shutting down");

    public static SocketClosing Replaced { get; } = new((WebSocketCloseStatus)4409, "replaced by a newer connection of this node");

    public static SocketClosing NameTaken(TimeSpan wait) => new(
        Replaced.Status,
        string.Create(CultureInfo.InvariantCulture, $"another connection of this node is alive; wait {wait.TotalSeconds:0} s"),
        string.Create(
            CultureInfo.InvariantCulture,
            $"Two connections take the name of this node from each other. The other one is alive and keeps it; give one of the machines another name, or connect again after {wait.TotalSeconds:0} s."),
        wait);

    /// <summary>More nodes register than this gateway lets in at once.</summary>
    public static SocketClosing Busy(TimeSpan wait) => new(
        TryLater.Status,
        string.Create(CultureInfo.InvariantCulture, $"many nodes register now; connect again after {wait.TotalMilliseconds:0} ms"),
        string.Create(CultureInfo.InvariantCulture, $"Many nodes register now; connect again after {wait.TotalMilliseconds:0} ms."),
        wait);

    /// <summary>This gateway stops, and names another one where it knows one.</summary>
    public static SocketClosing StoppingFor(Uri? other) => other is null ? Stopping : Stopping with { Reason = Shortened($"{Stopping.Reason}; connect to {other}") };

    public static SocketClosing TooSlow { get; } = new(WebSocketCloseStatus.PolicyViolation, "the node does not read its frames");

    public static SocketClosing Flooding { get; } = new(
        WebSocketCloseStatus.PolicyViolation, $"more than {FramePace.PerSecond} frames a second for {FramePace.PatienceMax.TotalSeconds:0} s");

    public static SocketClosing Silent { get; } = new(WebSocketCloseStatus.PolicyViolation, "no frame for 45 s");

    public static SocketClosing TryLater { get; } = new((WebSocketCloseStatus)1013, "the mesh cannot serve this node for now",
        "The mesh cannot serve this node for now; connect again.");

    public static SocketClosing Refuse(string message) => new(
        WebSocketCloseStatus.PolicyViolation, Shortened(message), message);

    public static SocketClosing TooLarge(int bytesMax) =>
        new(WebSocketCloseStatus.MessageTooBig, "frame too large", $"A frame takes at most {bytesMax} bytes.");

    public static SocketClosing Binary { get; } = new(
        WebSocketCloseStatus.InvalidMessageType, "binary frame", "Frames are text: one JSON object each.");

    public static SocketClosing NotJson(string detail) =>
        new(WebSocketCloseStatus.InvalidPayloadData, "frame is not JSON", "A frame is one JSON object with a string 'type': " + detail);

    private static string Shortened(string message) => message.Length > ReasonLengthMax ? message[..ReasonLengthMax] : message;
}
