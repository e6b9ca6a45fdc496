using Aurora.Grains.Interfaces.Access;

namespace Aurora.GatewayApi.Access;

/// <summary>Whose key let a request in.</summary>
internal static class CallerKey
{
    private const int PriorityWithoutKey = 5;

    private static readonly object Item = new();

    /// <summary>The key's id; empty while the mesh has no keys.</summary>
    public static string Of(HttpContext context) => Find(context)?.KeyId ?? "";

    /// <summary>The priority of the caller's tasks that do not say theirs, 0 to 10.</summary>
    public static int PriorityOf(HttpContext context) => Find(context)?.DefaultPriority ?? PriorityWithoutKey;

    /// <summary>The key's name; null while the mesh has no keys.</summary>
    public static string? NameOf(HttpContext context) => Find(context)?.Name;

    /// <summary>Whether the key has a scope.</summary>
    public static bool Has(HttpContext context, string scope) => Find(context)?.Scopes.Contains(scope) ?? false;

    public static void Set(HttpContext context, AccessKey key) => context.Items[Item] = key;

    private static AccessKey? Find(HttpContext context) => context.Items.TryGetValue(Item, out var key) ? (AccessKey)key! : null;
}
