namespace Aurora.Grains.Interfaces.Access;

/// <summary>API keys and join tokens of the mesh. Secrets are returned once and kept as hashes. Key "keys".</summary>
[GrainInterfaceType("aurora.access")]
public interface IAccessGrain : IGrainWithStringKey
{
    /// <summary>Everything needed to judge a secret; gateways keep it for at most 5 s.</summary>
    Task<AccessSnapshot> GetAsync();

    /// <summary>
    /// Creates a key with the given scopes (see <see cref="AccessScopes"/>) and the priority of tasks that do not say theirs (null for 5);
    /// the secret is in the answer and nowhere else.
    /// </summary>
    Task<CreatedSecret> CreateAsync(string name, string[] scopes, int? defaultPriority);

    /// <summary>Revokes a key by id; false when there is none.</summary>
    Task<bool> RevokeAsync(string keyId);
}

/// <summary>What a key may do.</summary>
public static class AccessScopes
{
    /// <summary>Submit and cancel tasks.</summary>
    public const string Submit = "submit";

    /// <summary>Read tasks, nodes and the mesh.</summary>
    public const string Read = "read";

    /// <summary>Manage nodes and keys, and see the Orleans Dashboard. Includes the others but <see cref="Join"/>.</summary>
    public const string Operate = "operate";

    /// <summary>A join token: connect a node at <c>/ws</c> and read <c>/mesh/bootstrap</c>.</summary>
    public const string Join = "join";

    public static IReadOnlyList<string> All { get; } = [Submit, Read, Operate, Join];
}

/// <summary>The keys in force.</summary>
[GenerateSerializer, Immutable, Alias("aurora.access-snapshot")]
public sealed record AccessSnapshot([property: Id(0)] AccessKey[] Keys);

/// <summary>One key as kept.</summary>
/// <param name="SecretHash">SHA-256 of the whole secret text.</param>
[GenerateSerializer, Immutable, Alias("aurora.access-key")]
public sealed record AccessKey(
    [property: Id(0)] string KeyId,
    [property: Id(1)] string Name,
    [property: Id(2)] string[] Scopes,
    [property: Id(3)] byte[] SecretHash,
    [property: Id(4)] DateTimeOffset CreatedAt)
{
    /// <summary>The priority of tasks that do not say theirs; null for the mesh's own.</summary>
    [Id(5)]
    public int? DefaultPriority { get; init; }
}

/// <summary>A new key with its secret, shown once.</summary>
[GenerateSerializer, Immutable, Alias("aurora.created-secret")]
public sealed record CreatedSecret(
    [property: Id(0)] string KeyId,
    [property: Id(1)] string Secret);
