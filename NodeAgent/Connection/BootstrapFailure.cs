using System.Net;

namespace Aurora.NodeAgent.Connection;

/// <summary>Why a node does not find its mesh, and what to do, each in one line.</summary>
internal static class BootstrapFailure
{
    public static string Of(Uri coordinator, HttpRequestException failure) => failure.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError =>
            $"nobody knows the name {coordinator.Host}: check MESH_COORDINATOR_URL",
        HttpRequestError.ConnectionError =>
            $"nothing answers at {Place(coordinator)} ({failure.Message}): check MESH_COORDINATOR_URL, that the coordinator runs, and that it listens beyond its own machine (ASPNETCORE_URLS)",
        HttpRequestError.SecureConnectionError =>
            $"{Place(coordinator)} does not speak TLS as expected ({failure.Message}): check its certificate, or use ws:// in MESH_COORDINATOR_URL",
        _ => $"{Place(coordinator)} cannot be asked ({failure.Message}): check MESH_COORDINATOR_URL",
    };

    public static string Of(Uri coordinator, HttpStatusCode status, bool hasToken) => (int)status switch
    {
        401 or 403 when hasToken =>
            $"{Place(coordinator)} refuses this node's AURORA_JOIN_TOKEN: it is wrong or was revoked; ask for a key with the scope join",
        401 or 403 => $"{Place(coordinator)} wants a key: set AURORA_JOIN_TOKEN to one with the scope join",
        404 => NoMesh(coordinator),
        >= 500 => $"{Place(coordinator)} is not ready ({(int)status}): look at its log and at GET /health",
        _ => $"{Place(coordinator)} answered {(int)status}: check MESH_COORDINATOR_URL",
    };

    /// <summary>Why a WebSocket was not opened.</summary>
    /// <param name="status">What was answered in the place of 101; null when nothing was.</param>
    public static string OfWebSocket(Uri coordinator, HttpStatusCode? status, string message, bool hasToken) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Of(coordinator, status.Value, hasToken),
        { } refused when (int)refused != 0 =>
            $"{Place(coordinator)} refuses the WebSocket ({(int)refused}): a proxy in between must pass on Upgrade and Connection (nginx: proxy_http_version 1.1), or set AURORA_TRANSPORT=orleans and open the silos' port 30000",
        _ => $"{Place(coordinator)} opens no WebSocket ({message}): check MESH_COORDINATOR_URL, and whether a firewall is in between",
    };

    public static string NoMesh(Uri coordinator) =>
        $"what answers at {Place(coordinator)} is no Aurora mesh, or one older than this agent: check MESH_COORDINATOR_URL and the versions";

    public static string TimedOut(Uri coordinator, TimeSpan patience) =>
        $"{Place(coordinator)} did not answer within {patience.TotalSeconds:0} s: check MESH_COORDINATOR_URL, and whether a firewall is in between";

    private static string Place(Uri coordinator) => coordinator.GetLeftPart(UriPartial.Authority);
}
