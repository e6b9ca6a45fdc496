using System.Net.Mime;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Json;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.Endpoints;

/// <summary><c>GET /</c>: who answers. Programs get JSON, browsers are led on.</summary>
internal static class IdentityEndpoints
{
    private const string Page = """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>Aurora GPU Mesh</title></head>
        <body>
        <h1>Aurora GPU Mesh</h1>
        <ul>
        <li><a href="/mesh/status">Mesh status</a></li>
        <li><a href="/dashboard">Orleans Dashboard</a></li>
        <li><a href="/openapi/v1.json">OpenAPI document</a></li>
        </ul>
        </body>
        </html>
        """;

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
        else if (options.Value.ConsolePath is { } console)
        {
            context.Response.Redirect(console);
        }
        else
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            await context.Response.WriteAsync(Page, context.RequestAborted);
        }
    }
}

/// <summary>The coordinator as it names itself.</summary>
internal sealed record Identity(string Service, string Version, string Coordinator, string Role, string Status);
