using Aurora.Grains.Interfaces.Access;

namespace Aurora.GatewayApi.Access;

/// <summary>Whose key let a request in.</summary>
internal static class CallerKey
{
    private static readonly object Item = new();

    /// <summary>The key's id; empty while the mesh has no keys.</summary>
    public static string Of(HttpContext context) => context.Items.TryGetValue(Item, out var keyId) ? (string)keyId! : "";

    public static void Set(HttpContext context, AccessKey key) => context.Items[Item] = key.KeyId;
}
