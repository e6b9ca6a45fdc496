using System.Text.Json;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Endpoints;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.Submissions;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tenants;

namespace Aurora.GatewayApi.Tenants;

/// <summary>What tenants are granted, and what they make of it.</summary>
internal static class TenantEndpoints
{
    private const int BodyBytesMax = 16 * 1024;

    public static void MapTenants(this IEndpointRouteBuilder routes)
    {
        var tenants = routes.MapGroup("/mesh/tenants").WithMetadata(RouteScope.Operate).WithTags("Mesh");
        tenants.MapGet("", ListAsync).WithSummary("Every tenant: weight, quotas, and what it holds and wants in each pool.").Produces<TenantList>().ProducesRefusals(503);
        tenants.MapGet("/{tenant}", GetAsync).WithSummary("One tenant.").Produces<TenantShown>().ProducesRefusals(404, 503);
        tenants.MapPut("/{tenant}", PutAsync)
            .WithSummary("Grants a tenant a weight and quotas from now on, whatever AURORA_TENANTS says of it.")
            .WithTenantBody().Produces<TenantShown>().ProducesRefusals(400, 413, 415, 422, 503);
        tenants.MapDelete("/{tenant}", DeleteAsync)
            .WithSummary("Takes back what was granted this way; AURORA_TENANTS counts again.").Produces(StatusCodes.Status204NoContent).ProducesRefusals(404, 503);
    }

    private static async Task ListAsync(HttpContext context, IGrainFactory grains) =>
        await JsonAnswer.WriteAsync(context, new TenantList([.. await ReadAllAsync(grains)]), GatewayJsonContext.Web.TenantList);

    private static async Task GetAsync(HttpContext context, string tenant, IGrainFactory grains) =>
        await ((await ReadAllAsync(grains)).FirstOrDefault(shown => shown.Name == tenant) is { } found
            ? JsonAnswer.WriteAsync(context, found, GatewayJsonContext.Web.TenantShown)
            : NoTenant(tenant).ExecuteAsync(context));

    private static async Task PutAsync(HttpContext context, string tenant, IGrainFactory grains)
    {
        var (grant, problem) = await ReadAsync(context, tenant);
        if (grant is null)
        {
            await problem!.ExecuteAsync(context);
            return;
        }

        await grains.GetGrain<IMeshGrain>(0).PutTenantAsync(grant);
        await JsonAnswer.WriteAsync(
            context,
            (await ReadAllAsync(grains)).FirstOrDefault(shown => shown.Name == tenant) ?? TenantShown.Of([], grant, isStored: true),
            GatewayJsonContext.Web.TenantShown);
    }

    private static async Task<IResult> DeleteAsync(string tenant, IGrainFactory grains) =>
        await grains.GetGrain<IMeshGrain>(0).DeleteTenantAsync(tenant) ? TypedResults.NoContent() : NoTenant(tenant);

    private static async Task<IEnumerable<TenantShown>> ReadAllAsync(IGrainFactory grains)
    {
        var stored = (await grains.GetGrain<ITenantsGrain>(0).ListAsync()).ToDictionary(grant => grant.Tenant, StringComparer.Ordinal);
        var views = (await grains.GetGrain<IMeshGrain>(0).GetTenantsAsync()).ToLookup(view => view.Grant.Tenant, StringComparer.Ordinal);
        return stored.Keys.Union(views.Select(view => view.Key)).Order(StringComparer.Ordinal)
            .Select(name => TenantShown.Of([.. views[name]], stored.GetValueOrDefault(name) ?? views[name].First().Grant, stored.ContainsKey(name)));
    }

    private static async ValueTask<(TenantGrant? Grant, Problem? Problem)> ReadAsync(HttpContext context, string tenant)
    {
        if (RequestBody.RefuseUnlessJson(context.Request) is { } wrongType)
        {
            return (null, wrongType);
        }

        if (await RequestBody.ReadAsync(context.Request, BodyBytesMax, context.RequestAborted) is not { } body)
        {
            return (null, Problem.TooLarge($"A tenant takes at most {BodyBytesMax} bytes."));
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            return TenantParser.Parse(tenant, document.RootElement);
        }
        catch (JsonException exception)
        {
            return (null, Problem.Broken(exception.Message));
        }
        finally
        {
            context.Request.BodyReader.AdvanceTo(body.End);
        }
    }

    private static Problem NoTenant(string tenant) => new(
        StatusCodes.Status404NotFound, "unknown_tenant", "There is no such tenant.",
        $"Nothing is stored of the tenant '{(tenant.Length <= 128 ? tenant : tenant[..128] + "…")}'.");
}
