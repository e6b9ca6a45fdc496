using Aurora.Grains.Interfaces.Access;

namespace Aurora.GatewayApi.Access;

/// <summary>What a route asks of a key. Every route carries one; a route without one is refused while keys are in force.</summary>
/// <param name="Scope">A scope of <see cref="AccessScopes"/>, or null for a route that is open to everybody.</param>
/// <param name="TokenInQuery">Whether <c>?token=</c> may carry the secret, for clients that cannot set headers.</param>
internal sealed record RouteScope(string? Scope, bool TokenInQuery = false)
{
    public static RouteScope Open { get; } = new(Scope: null);

    public static RouteScope Read { get; } = new(AccessScopes.Read);

    public static RouteScope Submit { get; } = new(AccessScopes.Submit);

    public static RouteScope Operate { get; } = new(AccessScopes.Operate);

    public static RouteScope Join { get; } = new(AccessScopes.Join, TokenInQuery: true);

    /// <summary>Whether a key with these scopes satisfies this route.</summary>
    public bool IsMetBy(IReadOnlyList<string> scopes) =>
        Scope is null
        || scopes.Contains(Scope)
        || (Scope is not AccessScopes.Join && scopes.Contains(AccessScopes.Operate));
}
