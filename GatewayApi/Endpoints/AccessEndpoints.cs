using System.Text.Json;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.Submissions;
using Aurora.Grains.Interfaces.Access;
using Aurora.Submissions;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>API keys and join tokens. A secret is shown once, in the answer that creates it.</summary>
internal static class AccessEndpoints
{
    private const int BodyBytesMax = 16 * 1024;
    private const int NameLengthMax = 128;

    public static void MapAccess(this IEndpointRouteBuilder routes)
    {
        var keys = routes.MapGroup("/access/keys").WithMetadata(RouteScope.Operate).WithTags("Access");
        keys.MapPost("", CreateAsync)
            .WithSummary("Creates a key; its secret is in this answer and nowhere else.")
            .Produces<NewKey>(StatusCodes.Status201Created)
            .ProducesRefusals(400, 413, 415, 422, 503);
        keys.MapGet("", ListAsync).WithSummary("The keys in force, without their secrets.").Produces<KeyList>().ProducesRefusals(503);
        keys.MapDelete("/{key_id}", RevokeAsync)
            .WithSummary("Revokes a key.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesRefusals(404, 409, 503);
    }

    private static async Task CreateAsync(HttpContext context, IGrainFactory grains, KeyRing keyRing)
    {
        var (body, problem) = await ReadAsync(context.Request, context.RequestAborted);
        var grain = grains.GetGrain<IAccessGrain>(KeyRing.GrainKey);
        if (body is not null && !body.Scopes!.Contains(AccessScopes.Operate) && (await grain.GetAsync()).Keys.Length == 0)
        {
            // The first key puts access in force. Without this scope nobody could ever manage keys again.
            problem = Problem.Invalid("scopes", $"must contain {AccessScopes.Operate} for the first key");
        }

        if (problem is not null)
        {
            await problem.ExecuteAsync(context);
            return;
        }

        var created = await grain.CreateAsync(body!.Name!, [.. body.Scopes!], body.DefaultPriority);
        keyRing.Forget();
        context.Response.Headers.CacheControl = "no-store";
        await JsonAnswer.WriteAsync(
            context, new NewKey(created.KeyId, created.Secret), GatewayJsonContext.Web.NewKey, StatusCodes.Status201Created);
    }

    private static async Task ListAsync(HttpContext context, IGrainFactory grains)
    {
        var snapshot = await grains.GetGrain<IAccessGrain>(KeyRing.GrainKey).GetAsync();
        var keys = snapshot.Keys.Select(key => new KeyShown(key.KeyId, key.Name, key.Scopes, key.CreatedAt, key.DefaultPriority));
        await JsonAnswer.WriteAsync(context, new KeyList([.. keys]), GatewayJsonContext.Web.KeyList);
    }

    private static async Task<IResult> RevokeAsync(string key_id, IGrainFactory grains, KeyRing keyRing)
    {
        var grain = grains.GetGrain<IAccessGrain>(KeyRing.GrainKey);
        var keys = (await grain.GetAsync()).Keys;
        if (keys.Length > 1 && keys.Where(key => key.Scopes.Contains(AccessScopes.Operate)).ToList() is [var last] && last.KeyId == key_id)
        {
            return new Problem(StatusCodes.Status409Conflict, "last_operate_key", "The last key that manages keys stays.",
                "Create another key with the scope operate first, or revoke the other keys before this one.");
        }

        var revoked = await grain.RevokeAsync(key_id);
        keyRing.Forget();
        return revoked
            ? TypedResults.NoContent()
            : new Problem(StatusCodes.Status404NotFound, "unknown_key", "There is no such key.", $"No key has the id '{key_id}'.");
    }

    private static async Task<(NewKeyBody? Body, Problem? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (RequestBody.RefuseUnlessJson(request) is { } wrongType)
        {
            return (null, wrongType);
        }

        if (await RequestBody.ReadAsync(request, BodyBytesMax, cancellation) is not { } bytes)
        {
            return (null, Problem.TooLarge($"A key takes at most {BodyBytesMax} bytes."));
        }

        try
        {
            var reader = new Utf8JsonReader(bytes);
            var body = JsonSerializer.Deserialize(ref reader, GatewayJsonContext.Web.NewKeyBody);
            return Judge(body) is { } problem ? (null, problem) : (body, null);
        }
        catch (JsonException exception)
        {
            return (null, Problem.Broken(exception.Message));
        }
        finally
        {
            request.BodyReader.AdvanceTo(bytes.End);
        }
    }

    private static Problem? Judge(NewKeyBody? body)
    {
        var errors = new FieldErrors("");
        if (string.IsNullOrWhiteSpace(body?.Name) || body.Name.Length > NameLengthMax || body.Name.Any(char.IsControl))
        {
            errors.Add("name", $"must be a string of 1 to {NameLengthMax} printable characters");
        }

        if (body?.Scopes is not { Count: > 0 } scopes || scopes.Except(AccessScopes.All).Any())
        {
            errors.Add("scopes", $"must be a non-empty array of {string.Join(", ", AccessScopes.All)}");
        }

        if (body?.DefaultPriority is not (null or (>= 0 and <= 10)))
        {
            errors.Add("default_priority", "must be an integer from 0 to 10");
        }

        return errors.Any ? Problem.From(errors.ToRefusal()) : null;
    }
}

/// <summary>What a new key is to be.</summary>
internal sealed record NewKeyBody(string? Name, IReadOnlyList<string>? Scopes, int? DefaultPriority);

/// <summary>A new key with its secret.</summary>
internal sealed record NewKey(string KeyId, string Secret);

/// <summary>The keys in force.</summary>
internal sealed record KeyList(IReadOnlyList<KeyShown> Keys);

/// <summary>A key without anything to forge it from.</summary>
internal sealed record KeyShown(string KeyId, string Name, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, int? DefaultPriority);
