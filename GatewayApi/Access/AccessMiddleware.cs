using System.Security.Cryptography;
using System.Text;
using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Access;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.Access;

/// <summary>Holds every route to its <see cref="RouteScope"/> while any key exists. Runs before a body is read.</summary>
internal sealed class AccessMiddleware(RequestDelegate next, KeyRing keyRing, IOptions<AuroraGatewayOptions> options)
{
    public Task InvokeAsync(HttpContext context)
    {
        // No endpoint, or one that routing made up (wrong method), has nothing to protect.
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
        {
            return next(context);
        }

        var scope = endpoint.Metadata.GetMetadata<RouteScope>();
        return scope is { Scope: null } ? next(context) : CheckAsync(context, scope);
    }

    private async Task CheckAsync(HttpContext context, RouteScope? scope)
    {
        var keys = await keyRing.GetAsync();
        if (keys.Count == 0 || Refuse(context, scope, keys) is not { } problem)
        {
            await next(context);
            return;
        }

        if (problem.Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        await problem.ExecuteAsync(context);
    }

    private Problem? Refuse(HttpContext context, RouteScope? scope, IReadOnlyList<AccessKey> keys)
    {
        if (SecretOf(context.Request, scope) is not { } secret)
        {
            return new(StatusCodes.Status401Unauthorized, "no_key", "A key is required.",
                "Send 'Authorization: Bearer <key>' or 'X-API-Key: <key>'.");
        }

        if (scope is { Scope: AccessScopes.Join } && IsLocalNode(secret))
        {
            return null;
        }

        if (KeyRing.Find(keys, secret) is not { } key)
        {
            return new(StatusCodes.Status401Unauthorized, "bad_key", "The key is not valid.", "The key is unknown or was revoked.");
        }

        CallerKey.Set(context, key);

        // A route that declares nothing is a mistake of ours; nobody passes it while keys are in force.
        return scope is not null && scope.IsMetBy(key.Scopes)
            ? null
            : new(StatusCodes.Status403Forbidden, "wrong_scope", "The key may not do this.",
                $"This needs a key with the scope '{scope?.Scope ?? "none"}'; the key '{key.Name}' has {string.Join(", ", key.Scopes)}.");
    }

    private bool IsLocalNode(string secret) => options.Value.LocalJoinToken is { } token
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(token));

    private static string? SecretOf(HttpRequest request, RouteScope? scope)
    {
        const string Bearer = "Bearer ";
        var authorization = request.Headers.Authorization.ToString();
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return authorization[Bearer.Length..].Trim();
        }

        if (request.Headers.TryGetValue("X-API-Key", out var key) && key.Count == 1)
        {
            return key[0];
        }

        return scope is { TokenInQuery: true } && request.Query.TryGetValue("token", out var token) && token.Count == 1
            ? token[0]
            : null;
    }
}
