using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Json;
using Aurora.Grains.Interfaces.Schedulers;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>The mesh and its nodes at this moment, and what a node needs to join.</summary>
internal static class MeshEndpoints
{
    public static void MapMesh(this IEndpointRouteBuilder routes)
    {
        var mesh = routes.MapGroup("/mesh").WithTags("Mesh");
        mesh.MapGet("/status", GetStatusAsync).WithMetadata(RouteScope.Read).WithSummary("Totals of the mesh, and its nodes.")
            .ProducesBody(AnswerSchemas.MeshStatus);
        mesh.MapGet("/nodes", GetNodesAsync).WithMetadata(RouteScope.Read).WithSummary("Every node with its GPUs and what they measure.")
            .ProducesBody(AnswerSchemas.MeshNodes);
        mesh.MapGet("/bootstrap", GetBootstrapAsync).WithMetadata(RouteScope.Join)
            .WithSummary("What an agent needs to join.")
            .Produces<Bootstrap>();
    }

    private static async Task GetStatusAsync(HttpContext context, IGrainFactory grains, IOptions<AuroraGatewayOptions> options) =>
        await JsonAnswer.WriteAsync(context, (options.Value.NodeName, await GetMeshAsync(grains)), MeshJson.WriteStatus);

    private static async Task GetNodesAsync(HttpContext context, IGrainFactory grains) =>
        await JsonAnswer.WriteAsync(context, await GetMeshAsync(grains), MeshJson.WriteNodes);

    private static async Task GetBootstrapAsync(HttpContext context, MeshGateways gateways, IOptions<ClusterOptions> cluster)
    {
        var request = context.Request;
        var bootstrap = new Bootstrap(
            cluster.Value.ClusterId,
            cluster.Value.ServiceId,
            await gateways.ForAsync(context.Connection.RemoteIpAddress),
            $"{(request.IsHttps ? "wss" : "ws")}://{request.Host}/ws/{{node_id}}",
            AuroraGatewayOptions.Version);
        await JsonAnswer.WriteAsync(context, bootstrap, GatewayJsonContext.Web.Bootstrap);
    }

    private static Task<MeshView> GetMeshAsync(IGrainFactory grains) =>
        grains.GetGrain<IMeshGrain>(0).GetMeshAsync();
}

/// <summary>What an agent needs to join.</summary>
/// <param name="Gateways">Orleans gateways as <c>host:port</c> that the asker can reach; empty when it must use the WebSocket.</param>
/// <param name="Websocket">Where the WebSocket is; <c>{node_id}</c> stands for the node's name.</param>
internal sealed record Bootstrap(
    string ClusterId, string ServiceId, IReadOnlyList<string> Gateways, string Websocket, string Version);
