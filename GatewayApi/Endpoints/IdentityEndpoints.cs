using System.Net.Mime;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Json;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.Endpoints;

/// <summary><c>GET /</c>: who answers. Programs get JSON, browsers are led on.</summary>
internal static class IdentityEndpoints
{
    public static void MapIdentity(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/", GetAsync)
            .WithMetadata(RouteScope.Open)
            .WithTags("Mesh")
            .WithSummary("Who answers; a browser is led to the web console.")
            .Produces<Identity>();

    private static async Task GetAsync(HttpContext context, IOptions<AuroraGatewayOptions> options)
    {
        context.Response.Headers.Vary = "Accept";
        if (!context.Request.Headers.Accept.ToString().Contains(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase))
        {
            var identity = new Identity(
                "Aurora GPU Mesh Coordinator", AuroraGatewayOptions.Version, options.Value.NodeName, options.Value.NodeRole, "active");
            await JsonAnswer.WriteAsync(context, identity, GatewayJsonContext.Web.Identity);
        }
        else
        {
            context.Response.Redirect("ui");
        }
    }
}

/// <summary>The coordinator as it names itself.</summary>
internal sealed record Identity(string Service, string Version, string Coordinator, string Role, string Status);
