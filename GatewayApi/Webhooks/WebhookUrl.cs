using System.Net;

namespace Aurora.GatewayApi.Webhooks;

/// <summary>Judges the URLs of webhooks.</summary>
internal static class WebhookUrl
{
    private const int LengthMax = 2_048;

    /// <summary>Null for a URL that may be one, otherwise what it must be.</summary>
    public static string? Refuse(string? url) =>
        url is { Length: <= LengthMax }
        && Uri.TryCreate(url, UriKind.Absolute, out var parsed)
        && parsed.Scheme is "http" or "https"
        && parsed.UserInfo.Length == 0
            ? null
            : $"must be an http or https URL of at most {LengthMax} characters, without user name and password";

    /// <summary>Null unless the URL names a loopback or private address itself. What a name stands for is judged when it is called.</summary>
    public static string? RefusePrivate(string url)
    {
        var host = new Uri(url).DnsSafeHost.TrimEnd('.');
        var isPrivate = IPAddress.TryParse(host, out var address)
            ? !PublicAddress.Is(address)
            : host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        return isPrivate ? "must not name a loopback or private address (AURORA_WEBHOOKS_PRIVATE=true allows it)" : null;
    }
}
