using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions;

/// <summary>A task to submit. The kinds of it know their task type and its input; this one is any type that a node announces.</summary>
/// <param name="TaskType">1 to 64 characters, e.g. <c>training</c>.</param>
public partial record MeshTaskRequest(string TaskType)
{
    /// <summary>Most memory that a task can ask for, in GB.</summary>
    public const double MemoryGbMax = 100_000;

    /// <summary>Most GPUs that a task can ask for.</summary>
    public const int GpuCountMax = 1024;

    /// <summary>Most nodes that a task can ask for.</summary>
    public const int NodesMax = 64;

    /// <summary>Most tasks of one array.</summary>
    public const int ArrayCountMax = 100_000;

    /// <summary>0 (lowest) to 10 (highest). Default: 5.</summary>
    public int Priority { get; init; } = 5;

    /// <summary>GPU memory in GB, in total over the task's GPUs; null for none stated.</summary>
    public double? MemoryGb { get; init; }

    /// <summary>GPUs of one node. Default: 1, and 0 for a test task.</summary>
    public int? GpuCount { get; init; }

    /// <summary>Different nodes that it needs at once, everything else on each of them: it starts on all of them or on none. Default: 1.</summary>
    public int? Nodes { get; init; }

    /// <summary>The type that each GPU must have, matched on its words: <c>RTX 4090</c>.</summary>
    public string? GpuType { get; init; }

    /// <summary>The model to run, for task types that have one.</summary>
    public string? Model { get; init; }

    /// <summary>Sets of GPUs of which the first that fits is taken, 1 to 8; in the place of memory, count and type.</summary>
    public IReadOnlyList<GpuNeed>? AnyOf { get; init; }

    /// <summary>Cores of the machine.</summary>
    public double? CpuCores { get; init; }

    /// <summary>Memory of the machine in GB.</summary>
    public double? HostMemoryGb { get; init; }

    /// <summary>Labels that the node must carry, at most 16.</summary>
    public IReadOnlyDictionary<string, string>? NodeLabels { get; init; }

    /// <summary>The type that its GPUs have where one of it is free; any other that fits is taken otherwise.</summary>
    public string? PreferredGpuType { get; init; }

    /// <summary>Labels that its node carries where one with them is free, at most 16; any other that fits is taken otherwise.</summary>
    public IReadOnlyDictionary<string, string>? PreferredNodeLabels { get; init; }

    /// <summary><c>balanced</c>, <c>pack</c> or <c>cost</c>, where the operator lets tasks choose.</summary>
    public string? PlacementProfile { get; init; }

    /// <summary>
    /// How fast it runs by GPU type, as a share of the GPU for which <see cref="Duration"/> is meant: 1 to 16 types, each above 0 and at most 1000. It
    /// counts where the mesh places by cost and the task has a deadline.
    /// </summary>
    public IReadOnlyDictionary<string, double>? GpuSpeeds { get; init; }

    /// <summary>No node runs two tasks that name the same text.</summary>
    public string? AntiAffinity { get; init; }

    /// <summary>Further requirements; they reach the executor untouched.</summary>
    public JsonObject? Requirements { get; init; }

    /// <summary>What the task works on: the member <c>payload</c> of the task.</summary>
    public JsonNode? Payload { get; init; }

    /// <summary>Further members of the task, beside the ones that have a property here.</summary>
    public JsonObject? Members { get; init; }

    /// <summary>The task as the HTTP surface takes it.</summary>
    public JsonObject ToJson()
    {
        var body = new JsonObject { ["task_type"] = TaskType, ["priority"] = Priority };
        var requirements = (JsonObject?)Requirements?.DeepClone() ?? [];
        Set(requirements, "memory_gb", MemoryGb);
        Set(requirements, "gpu_count", GpuCount);
        Set(requirements, "gpu_type", GpuType);
        Set(requirements, "model", Model);
        AddPlacement(requirements);
        body["requirements"] = requirements;
        if (Payload is not null)
        {
            body["payload"] = Payload.DeepClone();
        }

        AddMembers(body);
        AddControls(body);
        foreach (var (name, value) in Members ?? [])
        {
            body.TryAdd(name, value?.DeepClone());
        }

        return body;
    }

    /// <summary>The request that a JSON object of the HTTP surface stands for; anything of it is kept.</summary>
    /// <exception cref="InvalidTaskException">A member has another type than it must have.</exception>
    public static MeshTaskRequest FromJson(JsonObject body)
    {
        var requirements = new RequirementReading(body);
        return new MeshTaskRequest(requirements.TaskType)
        {
            Priority = requirements.Priority,
            MemoryGb = requirements.MemoryGb,
            GpuCount = requirements.GpuCount,
            GpuType = requirements.GpuType,
            Model = requirements.Model,
            Requirements = requirements.Others,
            Payload = body["payload"]?.DeepClone(),
            Members = new JsonObject(body.Where(member => member.Key is not ("task_type" or "priority" or "requirements" or "payload"))
                .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))),
        };
    }

    /// <summary>Fails for a value that the mesh would refuse.</summary>
    /// <param name="prefix">The path of the task in a batch, e.g. <c>tasks[3].</c></param>
    /// <exception cref="InvalidTaskException">The field and what it must be.</exception>
    public void Validate(string prefix = "")
    {
        Require(TaskType is { Length: > 0 and <= 64 } && !TaskType.Any(char.IsControl), "task_type", "must be a string of 1 to 64 characters");
        Require(Priority is >= 0 and <= 10, "priority", "must be an integer from 0 to 10");
        Require(MemoryGb is null or (>= 0 and <= MemoryGbMax), "requirements.memory_gb", $"must be a number from 0 to {MemoryGbMax}");
        Require(GpuCount is null or (>= 0 and <= GpuCountMax), "requirements.gpu_count", $"must be an integer from 0 to {GpuCountMax}");
        Require(GpuType is null || (GpuType.Length <= 128 && !string.IsNullOrWhiteSpace(GpuType)), "requirements.gpu_type", "must be a non-empty string of at most 128 characters");
        foreach (var name in RequirementReading.Known)
        {
            Require(Requirements?.ContainsKey(name) is not true, $"requirements.{name}", "has a property of its own in the request");
        }

        if (Refuse() is var (field, message))
        {
            Require(false, field, message);
        }

        if (RefuseControls() is var (control, refusal))
        {
            Require(false, control, refusal);
        }

        void Require(bool holds, string field, string message)
        {
            if (!holds)
            {
                throw new InvalidTaskException(prefix + field, message);
            }
        }
    }

    /// <summary>Fails for a number of tasks that the mesh would refuse.</summary>
    internal static void RequireCount(int count)
    {
        if (count is < 1 or > ArrayCountMax)
        {
            throw new InvalidTaskException("count", $"must be an integer from 1 to {ArrayCountMax}");
        }
    }

    /// <summary>The task with this number of an array.</summary>
    internal virtual MeshTaskRequest At(int index) => this with { Payload = ArrayIndex.In(Payload, index), Members = ArrayIndex.InMembers(Members, index) };

    /// <summary>Adds the members of a kind of task.</summary>
    protected virtual void AddMembers(JsonObject body)
    {
    }

    /// <summary>What a kind of task refuses beyond the common fields, or null.</summary>
    protected virtual (string Field, string Message)? Refuse() =>
        TaskType == "custom" && Members?["script"] is null && Members?["script_source"] is null
            ? ("script", "is required for task_type custom: a non-empty string")
            : null;

    /// <summary>Sets a member that has a value.</summary>
    protected internal static void Set(JsonObject json, string name, JsonNode? value)
    {
        if (value is not null)
        {
            json[name] = value;
        }
    }
}
