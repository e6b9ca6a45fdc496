using System.Net;

namespace Aurora.GatewayApi.Access;

/// <summary>Keeps a mesh that anybody may command from listening where anybody can reach it.</summary>
public static class ListenGuard
{
    /// <summary>The setting that lifts the guard.</summary>
    public const string AllowAnonymousVariable = "AURORA_ALLOW_ANONYMOUS";

    /// <summary>Null when the host may listen, otherwise one line that says what to do.</summary>
    /// <param name="urls">The configured addresses, e.g. <c>http://0.0.0.0:8001</c>; several may be joined by a semicolon.</param>
    /// <param name="hasKeys">Whether any API key exists, so that access is checked.</param>
    /// <param name="allowAnonymous">Value of <see cref="AllowAnonymousVariable"/>: <c>true</c> or <c>1</c> lifts the guard.</param>
    public static string? Refuse(IEnumerable<string> urls, bool hasKeys, string? allowAnonymous)
    {
        if (hasKeys || allowAnonymous?.Trim() is "1" || "true".Equals(allowAnonymous?.Trim(), StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var open = urls
            .SelectMany(url => url.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .FirstOrDefault(url => !IsLoopback(url));
        return open is null
            ? null
            : $"Refusing to listen on {open} without API keys: create a key while listening on 127.0.0.1 "
                + $"(POST /access/keys), listen on loopback only, or set {AllowAnonymousVariable}=true on a trusted network.";
    }

    private static bool IsLoopback(string url)
    {
        // Kestrel accepts hosts such as * and + that are no URIs, so the host is cut out by hand.
        var afterScheme = url.IndexOf("://", StringComparison.Ordinal) is var at and >= 0 ? url[(at + 3)..] : url;
        var authority = afterScheme.Split('/', 2)[0];
        if (authority.StartsWith("unix:", StringComparison.OrdinalIgnoreCase) || url.Contains("://unix:", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        var host = authority.StartsWith('[') ? authority[1..].Split(']', 2)[0] : authority.Split(':', 2)[0];
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
    }
}
