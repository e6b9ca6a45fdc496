using Microsoft.OpenApi;

namespace Aurora.GatewayApi.Endpoints;

/// <content>A task, and the lists of tasks.</content>
internal static partial class AnswerSchemas
{
    /// <summary>One task. What the user sent beside the known members follows under its own names.</summary>
    public static OpenApiSchema OneTask()
    {
        var task = Closed(
            ("task_id", Text()),
            ("task_type", Text()),
            ("requirements", Open("What the task needs, as it was sent.")),
            ("priority", Integer(0, 10)),
            ("status", OneOf("queued", "assigned", "running", "completed", "failed", "cancelled")),
            ("assigned_node", OrNull(Text())),
            ("submitted_at", UnixSeconds()),
            ("started_at", OrNull(UnixSeconds())),
            ("completed_at", OrNull(UnixSeconds())),
            ("attempt", Integer(0)),
            ("gpus", ListOf(Integer(0))));
        task.AdditionalPropertiesAllowed = true;
        task.AdditionalProperties = new OpenApiSchema { Description = "What was sent beside the known members; only of one task, not in lists." };
        return With(
            With(task, Controls()),
            ("result", new OpenApiSchema { Description = "The executor's answer, any JSON; only of a completed task." }),
            ("error", OrNull(Text("Why it ended; only of a failed or cancelled task."))),
            ("last_error", Text("Why the attempt before the current one ended.")),
            ("progress", Open("What the running attempt last said of how far it is: `progress` from 0 to 1, and its own members.")),
            ("group_id", Text("The tasks that were submitted together with it; not of a task that was submitted alone and without an Idempotency-Key.")),
            ("pool", Text("The pool whose scheduler places it; absent for the default one.")),
            ("cost", Number("What its attempts so far cost, in the money of the nodes' prices; absent where that is nothing.")),
            ("gang", ListOf(Closed(("node", Text()), ("gpus", ListOf(Integer(0))), ("ended", Flag("Whether this part ended well."))))),
            ("not_before", UnixSeconds("When the next attempt may start.")));
    }

    /// <summary><c>GET /tasks/active</c>.</summary>
    public static OpenApiSchema TasksById() => Closed(("tasks", MapOf(OneTask())));

    /// <summary><c>GET /tasks/completed</c>.</summary>
    public static OpenApiSchema TaskList() => Closed(("tasks", ListOf(OneTask())));

    /// <summary><c>GET /tasks/dead</c>.</summary>
    public static OpenApiSchema TaskPage() => Closed(
        ("tasks", ListOf(OneTask())),
        ("next_cursor", OrNull(Text("What ?cursor= asks the next page for; null on the last one."))));

    /// <summary>What a task says beyond its needs, each only where it was said.</summary>
    private static (string Name, OpenApiSchema Shape)[] Controls() =>
    [
        ("timeouts", With(Closed(), ("queue_s", Number()), ("start_s", Number()), ("run_s", Number()), ("progress_s", Number()))),
        ("retry", With(Closed(), ("on", ListOf(OneOf(Grains.Interfaces.Tasks.FailureNames.All))), ("exit_codes", ListOf(new OpenApiSchema { Type = JsonSchemaType.Integer })))),
        ("after", ListOf(Closed(("task", Text()), ("on", OneOf("end", "success"))))),
        ("labels", MapOf(Text())),
        ("tenant", Text("Whose task it is; absent for the default tenant.")),
        ("duration_s", Number("How long an attempt is expected to run.")),
        ("deadline", Moment("When it should have ended.")),
        ("on_late", OneOf("run", "fail")),
        ("webhook", With(
            Closed(("url", Text())),
            ("state", OneOf("pending", "delivered", "failed")),
            ("attempts", Integer(0)),
            ("error", Text("Why the last call failed.")))),
    ];
}
