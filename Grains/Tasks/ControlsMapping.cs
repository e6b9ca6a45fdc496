using System.Text.Json;
using System.Text.Json.Serialization;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Queueing;

namespace Aurora.Grains.Tasks;

/// <summary>What a task says beyond its needs: as stored, and as the core understands it.</summary>
internal static class ControlsMapping
{
    public static string? ToJson(this TaskControls? controls) =>
        controls is null ? null : JsonSerializer.Serialize(controls, ControlsJsonContext.Default.TaskControls);

    public static TaskControls? Parse(string? json) =>
        json is null ? null : JsonSerializer.Deserialize(json, ControlsJsonContext.Default.TaskControls);

    public static RetryRules ToRules(this TaskControls? controls) => controls is { RetryOn: null, ExitCodes: null } or null
        ? RetryRules.Default
        : new RetryRules(controls.RetryOn?.Aggregate(FailureKinds.None, (kinds, name) => kinds | KindOf(name)) ?? FailureKinds.All, controls.ExitCodes ?? []);

    public static IReadOnlyList<Prerequisite> ToPrerequisites(this TaskControls? controls) =>
        [.. (controls?.After ?? []).Select(after => new Prerequisite(after.TaskId, after.AnyEnd))];

    public static FailureKinds ToKind(this AttemptFailureKind kind) => kind switch
    {
        AttemptFailureKind.Timeout => FailureKinds.Timeout,
        AttemptFailureKind.OutOfMemory => FailureKinds.OutOfMemory,
        _ => FailureKinds.Error,
    };

    public static TimeSpan? Seconds(double? seconds) => seconds is { } value ? TimeSpan.FromSeconds(value) : null;

    private static FailureKinds KindOf(string name) => name switch
    {
        FailureNames.Error => FailureKinds.Error,
        FailureNames.Timeout => FailureKinds.Timeout,
        FailureNames.NodeLost => FailureKinds.NodeLost,
        FailureNames.OutOfMemory => FailureKinds.OutOfMemory,
        _ => FailureKinds.None,
    };
}

/// <summary>The JSON of the column: add members, never rename.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(TaskControls))]
internal sealed partial class ControlsJsonContext : JsonSerializerContext;
