using System.Globalization;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.GatewayApi.Endpoints;

/// <summary><c>GET /mesh/costs</c>: what the mesh spent on tasks.</summary>
internal static class CostEndpoint
{
    private const int DaysDefault = 30;
    private const int DaysMax = 366;

    private static readonly Dictionary<string, Func<CostView, string>> Keys = new(StringComparer.Ordinal)
    {
        ["day"] = cost => cost.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["node"] = cost => cost.Node,
        ["tenant"] = cost => cost.Tenant ?? "",
        ["task_type"] = cost => cost.TaskType,
        ["tenure"] = cost => cost.Tenure,
        ["pool"] = cost => cost.Pool,
    };

    public static void MapCosts(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/mesh/costs", GetAsync).WithTags("Mesh").WithMetadata(RouteScope.Read)
            .WithSummary("What ended attempts cost on nodes that tell a price, and what renting such machines would have cost; ?by= day, node, tenant, task_type, tenure or pool, ?from= and ?to= a day (UTC).")
            .Produces<Costs>()
            .ProducesRefusals(422, 503);

    private static async Task GetAsync(HttpContext context, IGrainFactory grains, TimeProvider time)
    {
        var query = context.Request.Query;
        var to = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var by = query["by"] is [{ Length: > 0 } named] ? named : "day";
        if (!TryDay(query["to"], ref to))
        {
            await Problem.Invalid("to", "must be a day such as 2026-01-31").ExecuteAsync(context);
            return;
        }

        var from = to.DayNumber >= DaysDefault ? to.AddDays(1 - DaysDefault) : DateOnly.MinValue;
        if (!TryDay(query["from"], ref from) || from > to || to.DayNumber - from.DayNumber >= DaysMax || to == DateOnly.MaxValue)
        {
            await Problem.Invalid("from", $"must be a day such as 2026-01-01, not after the last one and less than {DaysMax} days before it").ExecuteAsync(context);
            return;
        }

        if (!Keys.TryGetValue(by, out var key))
        {
            await Problem.Invalid("by", $"must be one of {string.Join(", ", Keys.Keys)}").ExecuteAsync(context);
            return;
        }

        var costs = await grains.GetGrain<IMeshGrain>(0).GetCostsAsync(from, to);
        await JsonAnswer.WriteAsync(context, Costs.Of(from, to, by, costs, key), GatewayJsonContext.Web.Costs);
    }

    private static bool TryDay(string? text, ref DateOnly day) =>
        string.IsNullOrEmpty(text) || DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);
}
