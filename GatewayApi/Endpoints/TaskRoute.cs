using Aurora.Grains.Interfaces;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>Takes the task id from a route. Text that cannot be an id never activates a grain.</summary>
internal static class TaskRoute
{
    private const int LengthMax = 128;

    public static bool TryGetId(HttpContext context, out string taskId)
    {
        var id = context.Request.RouteValues["task_id"] as string ?? "";
        var isId = id.Length <= LengthMax
            && id.StartsWith(MeshConstants.TaskIdPrefix, StringComparison.Ordinal)
            && id.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0;

        // What is no id comes back in the problem's detail, where a screenful of it helps nobody.
        taskId = id.Length <= LengthMax ? id : id[..LengthMax] + "…";
        return isId;
    }
}
