using System.Diagnostics;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Grains.Interfaces.Tracing;

namespace Aurora.GatewayApi.Observability;

/// <summary>The span <c>submit</c>, from which a task's trace goes on through the mesh: tasks carry it as their <c>traceparent</c>.</summary>
internal static class SubmitTrace
{
    private static readonly ActivitySource Source = new(TraceSources.Gateway);

    /// <summary>Whether the request under way is traced, here or by whoever sent it; most are not, and cost nothing.</summary>
    public static bool IsWanted => Activity.Current is { Recorded: true };

    /// <summary>The span of a submit of so many tasks; null when nobody listens here.</summary>
    public static Activity? Start(int tasks) => Source.StartActivity("submit", ActivityKind.Producer) is { } span ? span.SetTag("aurora.tasks", tasks) : null;

    /// <summary>The task with the span that is open now.</summary>
    public static NewTask Carry(NewTask task) => Activity.Current?.Id is { } trace
        ? task with { Spec = task.Spec with { Controls = (task.Spec.Controls ?? new TaskControls()) with { TraceParent = trace } } }
        : task;
}
