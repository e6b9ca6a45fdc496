using System.Globalization;
using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions;

/// <content>What a task may say beyond what it needs: limits, retries, order, names, whose it is, and whom to tell.</content>
public partial record MeshTaskRequest
{
    /// <summary>Failures at which the task has failed, 1 to 100. Default: 3.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>How long it may take.</summary>
    public TaskTimeouts? Timeouts { get; init; }

    /// <summary>Which failures are tried again.</summary>
    public TaskRetry? Retry { get; init; }

    /// <summary>Tasks that must end before, at most 64.</summary>
    public IReadOnlyList<TaskPrerequisite>? After { get; init; }

    /// <summary>The caller's own names for it, at most 16; tasks are listed by them.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>An http or https URL that the mesh calls when the task has ended.</summary>
    public Uri? Webhook { get; init; }

    /// <summary>The pool whose nodes may run it. Default: <c>default</c>.</summary>
    public string? Pool { get; init; }

    /// <summary>Whose task it is, for shares and quotas. Default: the tenant of the key.</summary>
    public string? Tenant { get; init; }

    /// <summary>How long an attempt is expected to run, above 0 and at most a year.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>When it should have ended.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Whether it fails instead of starting when it can no longer meet its <see cref="Deadline"/>.</summary>
    public bool FailsWhenLate { get; init; }

    private void AddPlacement(JsonObject requirements)
    {
        if (AnyOf is not null)
        {
            requirements["any_of"] = new JsonArray([.. AnyOf.Select(need => need.ToJson())]);
        }

        Set(requirements, "nodes", Nodes);
        Set(requirements, "cpu_cores", CpuCores);
        Set(requirements, "host_memory_gb", HostMemoryGb);
        Set(requirements, "node_labels", Texts(NodeLabels));
        if (PreferredGpuType is not null || PreferredNodeLabels is not null)
        {
            var preferences = new JsonObject();
            Set(preferences, "gpu_type", PreferredGpuType);
            Set(preferences, "node_labels", Texts(PreferredNodeLabels));
            requirements["preferences"] = preferences;
        }

        Set(requirements, "placement_profile", PlacementProfile);
        Set(requirements, "anti_affinity", AntiAffinity);
        Set(requirements, "gpu_speeds", GpuSpeeds is null ? null : new JsonObject(GpuSpeeds.Select(speed => KeyValuePair.Create(speed.Key, (JsonNode?)speed.Value))));
    }

    private void AddControls(JsonObject body)
    {
        Set(body, "max_attempts", MaxAttempts);
        Set(body, "timeouts", Timeouts?.ToJson());
        Set(body, "retry", Retry?.ToJson());
        Set(body, "after", After is null ? null : new JsonArray([.. After.Select(task => task.ToJson())]));
        Set(body, "labels", Texts(Labels));
        Set(body, "webhook", Webhook?.OriginalString);
        Set(body, "pool", Pool);
        Set(body, "tenant", Tenant);
        Set(body, "duration_s", Duration?.TotalSeconds);
        Set(body, "deadline", Deadline?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
        Set(body, "on_late", FailsWhenLate ? "fail" : null);
    }

    private (string Field, string Message)? RefuseControls()
    {
        // A task that came as JSON has its controls among the members.
        var body = new JsonObject();
        AddControls(body);
        foreach (var name in TaskControlRules.Members.Where(name => Members?[name] is not null))
        {
            body.TryAdd(name, Members![name]!.DeepClone());
        }

        var placement = new JsonObject();
        Set(placement, "nodes", Requirements?["nodes"]?.DeepClone());
        AddPlacement(placement);
        return TaskControlRules.Refuse(body) ?? TaskControlRules.RefuseNodes(placement["nodes"], TaskType) ?? TaskControlRules.RefusePlacement(placement, MemoryGb is not null || GpuCount is not null || GpuType is not null);
    }

    private static JsonObject? Texts(IReadOnlyDictionary<string, string>? texts) =>
        texts is null ? null : new JsonObject(texts.Select(text => KeyValuePair.Create(text.Key, (JsonNode?)text.Value)));
}
