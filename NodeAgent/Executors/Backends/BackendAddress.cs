using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aurora.NodeAgent.Executors.Backends;

/// <summary>Where one inference server listens.</summary>
/// <param name="Root">The address without <c>/v1</c>, ending in a slash.</param>
/// <param name="ApiKey">Sent as a bearer token; null for none.</param>
internal sealed record BackendAddress(Uri Root, string? ApiKey = null)
{
    /// <summary>The address without anything secret.</summary>
    public override string ToString() => Root.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/');

    /// <summary>
    /// Reads <c>AURORA_BACKENDS</c>: <c>off</c>, base URLs separated by commas, or a JSON list of base URLs and of
    /// <c>{"url":…,"api_key":…}</c>. Throws <see cref="FormatException"/> where it is none of them.
    /// </summary>
    public static IReadOnlyList<BackendAddress> ParseList(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Equals("off", StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }

        return trimmed.StartsWith('[')
            ? ParseJson(trimmed)
            : [.. trimmed.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(url => Parse(url, null))];
    }

    private static BackendAddress[] ParseJson(string text)
    {
        try
        {
            return [.. JsonNode.Parse(text)!.AsArray().Select(item => item is JsonObject described
                ? Parse(described["url"]?.GetValue<string>(), described["api_key"]?.GetValue<string>())
                : Parse(item?.GetValue<string>(), null))];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new FormatException("it is not a JSON list of base URLs", exception);
        }
    }

    private static BackendAddress Parse(string? url, string? apiKey)
    {
        // People paste the address that an OpenAI client wants, which ends in /v1.
        var root = (url ?? "").Trim().TrimEnd('/');
        root = root.EndsWith("/v1", StringComparison.Ordinal) ? root[..^3] : root;
        return Uri.TryCreate(root + "/", UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? new BackendAddress(uri, apiKey)
            : throw new FormatException("each backend must be an http:// or https:// URL");
    }
}
