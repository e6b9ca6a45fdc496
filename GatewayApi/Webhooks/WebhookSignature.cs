using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Aurora.GatewayApi.Webhooks;

/// <summary>
/// Signs calls as the Standard Webhooks specification says (standardwebhooks.com): HMAC-SHA256 over id, timestamp and body, so that
/// existing libraries verify them.
/// </summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    private const string SecretPrefix = "whsec_";

    /// <summary>The key in a secret: base64 after <c>whsec_</c>, otherwise the text itself. Null when it is too short or broken.</summary>
    public static byte[]? KeyOf(string secret)
    {
        if (!secret.StartsWith(SecretPrefix, StringComparison.Ordinal))
        {
            return secret.Length >= 16 ? Encoding.UTF8.GetBytes(secret) : null;
        }

        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[SecretPrefix.Length..], key, out var length) && length >= 16 ? key[..length] : null;
    }

    /// <summary>The value of <see cref="SignatureHeader"/>.</summary>
    public static string Sign(byte[] key, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.")));
        hmac.AppendData(body);
        return "v1," + Convert.ToBase64String(hmac.GetHashAndReset());
    }
}
