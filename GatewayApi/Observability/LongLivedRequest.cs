using Microsoft.AspNetCore.Http.Features;

namespace Aurora.GatewayApi.Observability;

/// <summary>
/// Requests whose answer ends when something else does: streams, long polls, sockets, inference. Their duration says nothing of how fast the
/// gateway answers, so <c>http_server_request_duration_seconds</c> has them apart.
/// </summary>
internal static class LongLivedRequest
{
    private const string Label = "long_lived";

    /// <summary>Labels the request in the metric of durations. It does nothing where nobody measures.</summary>
    public static void MarkLongLived(this HttpContext context) =>
        context.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new(Label, "true"));
}
