using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using static Aurora.Cli.Commands.DoctorCommand;

namespace Aurora.Cli.Commands;

/// <summary>What <c>aurora doctor</c> sees of the way that a node on this machine takes into the mesh: clocks, Orleans' ports, the WebSocket.</summary>
internal static class WayDoctor
{
    /// <summary>Times of tasks and logs are compared by people; what the mesh decides by is its own clock.</summary>
    private static readonly TimeSpan SkewMax = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Without one the key of the terminal is shown, which need not let nodes in.
    private static bool HasJoinToken => Environment.GetEnvironmentVariable("AURORA_JOIN_TOKEN") is { Length: > 0 };

    public static async IAsyncEnumerable<(DoctorFinding Finding, int ExitCode)> LookAsync(Uri mesh, string? token, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = mesh, Timeout = Patience };
        http.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (await ClockAsync(http, cancellationToken) is { } clock)
        {
            yield return clock;
        }

        yield return await PortAsync(http, cancellationToken);
        yield return await SocketAsync(mesh, token, cancellationToken);
    }

    private static async Task<(DoctorFinding, int)?> ClockAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var before = DateTimeOffset.UtcNow;
        using var response = await TryGetAsync(http, "/health/live", cancellationToken);
        if (response?.Headers.Date is not { } theirs)
        {
            return null;
        }

        // The header counts whole seconds.
        var skew = theirs - before - ((DateTimeOffset.UtcNow - before) / 2);
        return skew.Duration() > SkewMax
            ? Sick("clock", $"this machine's clock is {skew.Duration().TotalSeconds:0} s {(skew > TimeSpan.Zero ? "behind" : "ahead of")} the mesh's.", "Let both follow a time server: timedatectl set-ntp true")
            : Well("clock", "within 10 s of the mesh's.");
    }

    private static async Task<(DoctorFinding, int)> PortAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var response = await TryGetAsync(http, "/mesh/bootstrap", cancellationToken);
        if (response is not { StatusCode: HttpStatusCode.OK })
        {
            return response is { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden }
                ? Well("port", "not looked at: a key with the scope join in AURORA_JOIN_TOKEN shows it.")
                : Sick("port", "GET /mesh/bootstrap was not answered, so no node can join.", "Look at the coordinator's log, and at GET /health.");
        }

        using var bootstrap = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        string[] gateways = bootstrap.RootElement.TryGetProperty("gateways", out var named) ? [.. named.EnumerateArray().Select(gateway => gateway.GetString()!)] : [];
        foreach (var gateway in gateways)
        {
            if (await ConnectsAsync(gateway, cancellationToken))
            {
                return Well("port", $"{gateway} answers: nodes here join over Orleans.");
            }
        }

        return Well("port", $"{(gateways.Length == 0 ? "no Orleans port is named" : $"{string.Join(", ", gateways)} cannot be reached from here")}: nodes here join over the WebSocket.");
    }

    private static async Task<(DoctorFinding, int)> SocketAsync(Uri mesh, string? token, CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (token is not null)
        {
            socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            // A socket that registers nothing is no node.
            await socket.ConnectAsync(new UriBuilder(mesh) { Scheme = mesh.Scheme == "https" ? "wss" : "ws", Path = "/ws/aurora-doctor" }.Uri, limit.Token);
            socket.Abort();
            return Well("websocket", "opens.");
        }
        catch (WebSocketException failure)
        {
            return socket.HttpStatusCode switch
            {
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden when !HasJoinToken => Well("websocket", "not tried: a key with the scope join in AURORA_JOIN_TOKEN opens it."),
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Sick("websocket", "the token is refused: it was revoked, or lacks the scope join.", "Set AURORA_JOIN_TOKEN to one in force."),
                0 => Sick("websocket", $"does not open ({failure.Message}).", "Look whether a firewall is in between."),
                var status => Sick("websocket", $"is refused ({(int)status}).", "A proxy in between must pass on Upgrade and Connection (nginx: proxy_http_version 1.1)."),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Sick("websocket", $"no answer within {Patience.TotalSeconds:0} s.", "Look whether a proxy in between holds it up.");
        }
    }

    private static async Task<HttpResponseMessage?> TryGetAsync(HttpClient http, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await http.GetAsync(path, cancellationToken);
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }

    private static async Task<bool> ConnectsAsync(string gateway, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            var colon = gateway.LastIndexOf(':');
            using var client = new TcpClient();
            await client.ConnectAsync(gateway[..colon].Trim('[', ']'), int.Parse(gateway.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture), limit.Token);
            return true;
        }
        catch (Exception failure) when (failure is SocketException or FormatException or ArgumentException || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
