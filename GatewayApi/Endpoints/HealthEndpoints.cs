using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Json;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>Whether the mesh can accept tasks, and whether this process is alive and ready.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").WithMetadata(RouteScope.Open).WithTags("Health");
        health.MapGet("", GetAsync)
            .WithSummary("Whether the mesh can accept tasks, with the reasons when it cannot.")
            .Produces<HealthReport>()
            .Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
        health.MapGet("/live", (HttpContext context, TimeProvider time) => AnswerAsync(context, new("healthy", time.GetUtcNow(), null)))
            .WithSummary("Whether this process answers at all.")
            .Produces<HealthReport>();
        health.MapGet("/ready", GetReadyAsync)
            .WithSummary("Whether traffic should be sent here: healthy and not shutting down.")
            .Produces<HealthReport>()
            .Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task GetAsync(HttpContext context, IGrainFactory grains, TimeProvider time, IOptions<AuroraGatewayOptions> options) =>
        await AnswerAsync(context, Report(time, await CheckAsync(grains, options.Value.HealthTimeout)));

    private static async Task GetReadyAsync(
        HttpContext context, IGrainFactory grains, TimeProvider time, IOptions<AuroraGatewayOptions> options, IHostApplicationLifetime lifetime) =>
        await AnswerAsync(context, Report(time, lifetime.ApplicationStopping.IsCancellationRequested
            ? ["This process is shutting down."]
            : await CheckAsync(grains, options.Value.HealthTimeout)));

    private static async Task<IReadOnlyList<string>> CheckAsync(IGrainFactory grains, TimeSpan timeout)
    {
        var reasons = await Task.WhenAll(
            AskAsync("store", grains.GetGrain<ITaskQueryGrain>(0).CheckStoreAsync(), timeout),
            AskAsync("scheduler", PingAsync(grains), timeout));
        return [.. reasons.OfType<string>()];
    }

    private static async Task<string?> PingAsync(IGrainFactory grains)
    {
        await grains.GetGrain<ISchedulerGrain>(MeshConstants.DefaultPool).PingAsync();
        return null;
    }

    private static async Task<string?> AskAsync(string part, Task<string?> question, TimeSpan timeout)
    {
        try
        {
            return await question.WaitAsync(timeout) is { } fault ? $"{part}: {fault}" : null;
        }
        catch (TimeoutException)
        {
            return $"{part}: no answer within {timeout.TotalSeconds:0.#} s";
        }
        catch (MeshUnavailableException away)
        {
            return $"{part}: {away.Message}";
        }
        catch (Exception exception)
        {
            // Whatever the kind of failure, the answer is the same: tasks cannot be accepted now.
            return $"{part}: {exception.GetType().Name}";
        }
    }

    private static HealthReport Report(TimeProvider time, IReadOnlyList<string> reasons) =>
        new(reasons.Count == 0 ? "healthy" : "unhealthy", time.GetUtcNow(), reasons.Count == 0 ? null : reasons);

    private static Task AnswerAsync(HttpContext context, HealthReport report)
    {
        context.Response.Headers.CacheControl = "no-store";
        return JsonAnswer.WriteAsync(context, report, GatewayJsonContext.Web.HealthReport,
            report.Reasons is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}

/// <summary>The state of the mesh as seen from this gateway.</summary>
/// <param name="Status"><c>healthy</c> or <c>unhealthy</c>.</param>
/// <param name="Reasons">What is wrong; absent when healthy.</param>
internal sealed record HealthReport(string Status, DateTimeOffset Timestamp, IReadOnlyList<string>? Reasons);
