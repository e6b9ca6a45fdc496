using System.Net;

namespace Aurora.GatewayApi.Webhooks;

/// <summary>Judges where a webhook leads.</summary>
internal static class WebhookUrl
{
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
