using System.Buffers;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Observability;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Nodes;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.WebSockets;

/// <summary><c>/ws/{node_id}</c>: where GPU nodes in any language connect.</summary>
internal static class NodeSocketEndpoint
{
    private const int NodeIdLengthMax = 128;

    private static readonly SearchValues<char> NodeIdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-");

    public static void MapNodeSockets(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/ws/{node_id}", ConnectAsync)
            .WithMetadata(RouteScope.Join)
            .WithTags("Nodes")
            .WithSummary("WebSocket of one GPU node.")
            .Produces(StatusCodes.Status101SwitchingProtocols);

    private static async Task ConnectAsync(
        HttpContext context, IGrainFactory grains, RegistryBroadcaster registry, RegistrationGate gate, TimeProvider time, IOptions<AuroraGatewayOptions> options,
        IHostApplicationLifetime lifetime, GatewayInstruments instruments, ILogger<NodeSocketSession> logger)
    {
        var nodeId = (string)context.Request.RouteValues["node_id"]!;
        if (Refuse(context, nodeId) is { } problem)
        {
            await problem.ExecuteAsync(context);
            return;
        }

        context.MarkLongLived();
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var session = new NodeSocketSession(
            socket, nodeId, options.Value.NodeName, grains, registry, gate, options.Value.OtherGateways, time, logger);
        instruments.SocketOpened();
        try
        {
            await session.RunAsync(lifetime.ApplicationStopping);
        }
        finally
        {
            instruments.SocketClosed();
        }
    }

    private static Problem? Refuse(HttpContext context, string nodeId)
    {
        if (nodeId.Length > NodeIdLengthMax || nodeId.AsSpan().ContainsAnyExcept(NodeIdCharacters))
        {
            return new(StatusCodes.Status400BadRequest, "bad_node_id", "The node id is not valid.",
                $"A node id has 1 to {NodeIdLengthMax} characters of A-Z, a-z, 0-9, '.', '_', ':' and '-'.");
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            return new(StatusCodes.Status426UpgradeRequired, "websocket_required", "This is a WebSocket.",
                "Connect with a WebSocket client and send 'register' first.");
        }

        // A page of another site, open in a browser on this machine, must not be able to pose as a node.
        return context.Request.Headers.Origin is [{ Length: > 0 } origin, ..]
            && !(Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority == context.Request.Host.Value)
            ? new(StatusCodes.Status403Forbidden, "foreign_origin", "The origin may not connect here.",
                "Nodes send no Origin header; pages of other sites may not connect.")
            : null;
    }
}
