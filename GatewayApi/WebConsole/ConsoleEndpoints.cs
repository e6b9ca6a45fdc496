using System.Reflection;
using System.Security.Cryptography;
using Aurora.GatewayApi.Access;
using Microsoft.Net.Http.Headers;

namespace Aurora.GatewayApi.WebConsole;

/// <summary>
/// The web console at <c>/ui</c>: files of this assembly, open to everybody. They hold nothing of the mesh; what they show
/// they ask the API for, with the key of the person who looks.
/// </summary>
internal static class ConsoleEndpoints
{
    // Nothing from elsewhere, nothing inline, in nobody's frame.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Prefix = "console/";

    public static void MapConsole(this IEndpointRouteBuilder routes)
    {
        var files = ReadAll();
        routes.MapGet("/ui", context => SendAsync(context, files["index.html"])).WithMetadata(RouteScope.Open).ExcludeFromDescription();
        routes.MapGet("/ui/{file}", context => files.TryGetValue((string)context.Request.RouteValues["file"]!, out var file)
            ? SendAsync(context, file)
            : TypedResults.NotFound().ExecuteAsync(context)).WithMetadata(RouteScope.Open).ExcludeFromDescription();
    }

    private static async Task SendAsync(HttpContext context, ConsoleFile file)
    {
        if (context.Request.Path.Value is { } path && path.EndsWith("/ui/", StringComparison.Ordinal))
        {
            // The page names its files relative to the gateway's root, which may lie below a proxy's path.
            context.Response.Redirect("../ui");
            return;
        }

        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";

        // Asked for each time and seldom sent: an upgraded gateway is never met by an old console.
        headers.CacheControl = "no-cache";
        await TypedResults.Bytes(file.Content, file.MediaType, entityTag: file.Tag).ExecuteAsync(context);
    }

    private static Dictionary<string, ConsoleFile> ReadAll()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(name => name[Prefix.Length..], name => Read(assembly, name), StringComparer.Ordinal);
    }

    private static ConsoleFile Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var mediaType = Path.GetExtension(name) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".css" => "text/css; charset=utf-8",
            _ => "image/svg+xml",
        };
        return new ConsoleFile(content, mediaType, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\""));
    }
}

/// <summary>A file as it is sent.</summary>
internal sealed record ConsoleFile(byte[] Content, string MediaType, EntityTagHeaderValue Tag);
