namespace Aurora.Submissions;

/// <summary>What the URL of a webhook may be.</summary>
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
}
