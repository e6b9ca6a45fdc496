using System.Text.Json;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Aurora.Storage;

namespace Aurora.Grains.Tasks;

/// <summary>From what a task asks for to the shapes that the planner places.</summary>
internal static class ShapeMapping
{
    private const string ProfileMember = "placement_profile";
    private const string SpeedsMember = "gpu_speeds";

    private static readonly string[] Beyond = ["\"node_labels\"", "\"cpu_cores\"", "\"host_memory_gb\"", "\"anti_affinity\"", "\"any_of\"", "\"nodes\"", "\"preferences\""];

    /// <summary>The shapes any of which will do, the preferred first; one at least.</summary>
    public static TaskShape[] ToShapes(this TaskSpec spec) =>
        Of(spec.Controls?.Tenant, ShapesOf(spec.TaskType, spec.GpuCount, spec.MemoryBytes, spec.GpuType, spec.Requirements));

    /// <inheritdoc cref="ToShapes(TaskSpec)"/>
    public static TaskShape[] ToShapes(this TaskRow row) =>
    [
        .. Of(ControlsMapping.Parse(row.Controls)?.Tenant, ShapesOf(row.TaskType, row.GpuCount, row.MemoryBytes, row.GpuType, row.Requirements))
            .Select(shape => shape.WithMemoryFloor(row.Retry.MemoryFloor)),
    ];

    /// <summary>What an attempt holds on its node.</summary>
    public static TaskShape ToShape(this AttemptAssignment order) =>
        ShapesOf(order.TaskType, order.Gpus.Length, 0, gpuType: null, order.Requirements)[0] with
        {
            GpuCount = order.Gpus.Length,
            MemoryBytesPerGpu = order.MemoryBytesPerGpu,
        };

    /// <summary>What an attempt of another pool holds on its node.</summary>
    public static ForeignAttempt ToForeign(this HeldElsewhere held) => new(
        held.Attempt.TaskId,
        held.Attempt.Attempt,
        held.Gpus,
        new TaskShape(held.TaskType, held.Gpus.Length, held.MemoryBytesPerGpu, GpuType: null)
        {
            Host = new HostShare(held.CpuMilli, held.HostMemoryBytes),
            AntiAffinity = held.AntiAffinity,
            Model = held.Model,
        });

    /// <summary>
    /// The shape under which a task holds these GPUs. The store keeps the GPUs and not the choice: of several shapes with as many
    /// GPUs the one that needs most is taken, so that memory is never counted too low.
    /// </summary>
    public static TaskShape PlacedOn(this TaskShape[] shapes, IReadOnlyList<int> gpus) => shapes.Length == 1
        ? shapes[0]
        : shapes.Where(shape => shape.GpuCount == gpus.Count).MaxBy(shape => shape.MemoryBytesPerGpu) ?? shapes[0];

    /// <summary>The profile that a task asks to be placed by; null for none.</summary>
    public static PlacementProfile? ProfileOf(string? requirements)
    {
        if (requirements is null || !requirements.Contains(ProfileMember, StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(requirements);
            return Text(document.RootElement, ProfileMember) switch
            {
                "balanced" => PlacementProfile.Balanced,
                "pack" => PlacementProfile.Pack,
                "cost" => PlacementProfile.Cost,
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>How fast the task says that it runs by GPU type; null where it does not say.</summary>
    public static IReadOnlyDictionary<string, double>? SpeedsOf(string? requirements)
    {
        if (requirements is null || !requirements.Contains(SpeedsMember, StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(requirements);
            if (document.RootElement.ValueKind is not JsonValueKind.Object
                || !document.RootElement.TryGetProperty(SpeedsMember, out var speeds) || speeds.ValueKind is not JsonValueKind.Object)
            {
                return null;
            }

            var told = new Dictionary<string, double>(StringComparer.Ordinal);
            foreach (var speed in speeds.EnumerateObject().Where(speed => speed.Value.ValueKind is JsonValueKind.Number && speed.Value.GetDouble() is > 0 and <= 1e3))
            {
                told[speed.Name] = speed.Value.GetDouble();
            }

            return told.Count > 0 ? told : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static TaskShape[] Of(string? tenant, TaskShape[] shapes) =>
        tenant is null ? shapes : [.. shapes.Select(shape => shape with { Tenant = tenant })];

    private static TaskShape[] ShapesOf(string taskType, int gpuCount, long memoryBytes, string? gpuType, string? requirements)
    {
        var shape = ShapeOf(taskType, gpuCount, memoryBytes, gpuType) with { Model = ModelMapping.ModelOf(taskType, requirements) };

        // A name may be written with escapes.
        if (requirements is null || !(requirements.Contains('\\') || Beyond.Any(name => requirements.Contains(name, StringComparison.Ordinal))))
        {
            return [shape];
        }

        try
        {
            using var document = JsonDocument.Parse(requirements);
            return document.RootElement.ValueKind is JsonValueKind.Object ? ShapesOf(document.RootElement, shape) : [shape];
        }
        catch (JsonException)
        {
            // The gateway refuses it; whoever else submits it asks for nothing beyond.
            return [shape];
        }
    }

    private static TaskShape[] ShapesOf(JsonElement needs, TaskShape shape)
    {
        shape = shape with
        {
            Host = new HostShare((long)Math.Ceiling(Number(needs, "cpu_cores") * 1_000), Bytes(needs, "host_memory_gb")),
            AntiAffinity = Text(needs, "anti_affinity"),
            Nodes = (int)Math.Clamp(Number(needs, "nodes", absent: 1), 1, TaskShape.NodesMax),
            Labels = LabelSet.Of(LabelsOf(needs)),
        };
        TaskShape[] shapes = needs.TryGetProperty("any_of", out var anyOf) && anyOf.ValueKind is JsonValueKind.Array && anyOf.GetArrayLength() > 0
            ? [.. anyOf.EnumerateArray().Select(each => Alternative(each, shape)).Distinct()]
            : [shape];
        return needs.TryGetProperty("preferences", out var wishes) && wishes.ValueKind is JsonValueKind.Object
            ? [.. shapes.SelectMany(each => new[] { Preferred(each, wishes, needs), each }).Distinct()]
            : shapes;
    }

    // What is preferred is one more alternative, tried before the one that does without. What is required stays so.
    private static TaskShape Preferred(TaskShape shape, JsonElement wishes, JsonElement needs) => shape with
    {
        GpuType = shape.GpuType ?? (shape.GpuCount == 0 ? null : Text(wishes, "gpu_type")),
        Labels = LabelSet.Of(LabelsOf(needs).UnionBy(LabelsOf(wishes), label => label.Key, StringComparer.Ordinal)),
    };

    private static IEnumerable<KeyValuePair<string, string>> LabelsOf(JsonElement of) =>
        of.TryGetProperty("node_labels", out var labels) && labels.ValueKind is JsonValueKind.Object
            ? labels.EnumerateObject()
                .Where(label => label.Value.ValueKind is JsonValueKind.String)
                .Select(label => KeyValuePair.Create(label.Name, label.Value.GetString()!))
            : [];

    private static TaskShape Alternative(JsonElement needs, TaskShape task)
    {
        var shape = ShapeOf(task.TaskType, (int)Math.Clamp(Number(needs, "gpu_count", absent: 1), 0, 1024), Bytes(needs, "memory_gb"), Text(needs, "gpu_type"));
        return shape with { Model = task.Model, Host = task.Host, AntiAffinity = task.AntiAffinity, Labels = task.Labels, Nodes = task.Nodes };
    }

    // The total is asked for; each GPU must hold its share, rounded up so that the shares never sum to less.
    private static TaskShape ShapeOf(string taskType, int gpuCount, long memoryBytes, string? gpuType) => new(
        taskType,
        gpuCount,
        gpuCount == 0 ? 0 : (memoryBytes + gpuCount - 1) / gpuCount,
        gpuCount == 0 ? null : gpuType);

    private static double Number(JsonElement of, string name, double absent = 0) =>
        of.ValueKind is JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Number
            ? Math.Clamp(value.GetDouble(), 0, 1e6)
            : absent;

    private static long Bytes(JsonElement of, string name) => (long)Math.Ceiling(Number(of, name) * MeshConstants.BytesPerGb);

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind is JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
}
