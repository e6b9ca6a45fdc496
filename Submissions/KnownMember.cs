using System.Text.Json;

namespace Aurora.Submissions;

/// <summary>The members of a submitted body that mean something to the mesh.</summary>
[Flags]
internal enum KnownMember
{
    None = 0,
    TaskType = 1,
    Requirements = 2,
    Priority = 4,
    Script = 8,
    ScriptSource = 16,
    Payload = 32,
    MemoryGb = 64,
    GpuCount = 128,
    GpuType = 256,
    MaxAttempts = 512,
    NodeLabels = 1024,
    CpuCores = 2048,
    HostMemoryGb = 4096,
    AntiAffinity = 8192,
    AnyOf = 16384,
    PlacementProfile = 32768,
    Count = 65536,
    Timeouts = 1 << 17,
    Retry = 1 << 18,
    After = 1 << 19,
    Labels = 1 << 20,
    Webhook = 1 << 21,
    Tenant = 1 << 22,
    DurationS = 1 << 23,
    Deadline = 1 << 24,
    DeadlineS = 1 << 25,
    OnLate = 1 << 26,
    Nodes = 1 << 27,
    Preferences = 1 << 28,
    Pool = 1 << 29,
    GpuSpeeds = 1 << 30,
}

/// <summary>Recognises members without making a string of their names.</summary>
internal static class KnownMembers
{
    /// <summary>The member of the body that the reader stands on.</summary>
    public static KnownMember Of(ref Utf8JsonReader reader) =>
        IsNoText(ref reader) ? KnownMember.None
        : reader.ValueTextEquals("task_type"u8) ? KnownMember.TaskType
        : reader.ValueTextEquals("requirements"u8) ? KnownMember.Requirements
        : reader.ValueTextEquals("priority"u8) ? KnownMember.Priority
        : reader.ValueTextEquals("script"u8) ? KnownMember.Script
        : reader.ValueTextEquals("script_source"u8) ? KnownMember.ScriptSource
        : reader.ValueTextEquals("payload"u8) ? KnownMember.Payload
        : reader.ValueTextEquals("max_attempts"u8) ? KnownMember.MaxAttempts
        : reader.ValueTextEquals("count"u8) ? KnownMember.Count
        : reader.ValueTextEquals("timeouts"u8) ? KnownMember.Timeouts
        : reader.ValueTextEquals("retry"u8) ? KnownMember.Retry
        : reader.ValueTextEquals("after"u8) ? KnownMember.After
        : reader.ValueTextEquals("labels"u8) ? KnownMember.Labels
        : reader.ValueTextEquals("webhook"u8) ? KnownMember.Webhook
        : reader.ValueTextEquals("tenant"u8) ? KnownMember.Tenant
        : reader.ValueTextEquals("duration_s"u8) ? KnownMember.DurationS
        : reader.ValueTextEquals("deadline"u8) ? KnownMember.Deadline
        : reader.ValueTextEquals("deadline_s"u8) ? KnownMember.DeadlineS
        : reader.ValueTextEquals("on_late"u8) ? KnownMember.OnLate
        : reader.ValueTextEquals("pool"u8) ? KnownMember.Pool
        : KnownMember.None;

    /// <summary>The member of <c>requirements</c> that the reader stands on.</summary>
    public static KnownMember OfRequirements(ref Utf8JsonReader reader) =>
        IsNoText(ref reader) ? KnownMember.None
        : reader.ValueTextEquals("memory_gb"u8) ? KnownMember.MemoryGb
        : reader.ValueTextEquals("gpu_count"u8) ? KnownMember.GpuCount
        : reader.ValueTextEquals("gpu_type"u8) ? KnownMember.GpuType
        : reader.ValueTextEquals("node_labels"u8) ? KnownMember.NodeLabels
        : reader.ValueTextEquals("cpu_cores"u8) ? KnownMember.CpuCores
        : reader.ValueTextEquals("host_memory_gb"u8) ? KnownMember.HostMemoryGb
        : reader.ValueTextEquals("anti_affinity"u8) ? KnownMember.AntiAffinity
        : reader.ValueTextEquals("any_of"u8) ? KnownMember.AnyOf
        : reader.ValueTextEquals("nodes"u8) ? KnownMember.Nodes
        : reader.ValueTextEquals("preferences"u8) ? KnownMember.Preferences
        : reader.ValueTextEquals("placement_profile"u8) ? KnownMember.PlacementProfile
        : reader.ValueTextEquals("gpu_speeds"u8) ? KnownMember.GpuSpeeds
        : reader.ValueTextEquals("pool"u8) ? KnownMember.Pool
        : KnownMember.None;

    // The reader cannot compare a name that holds half of a surrogate pair.
    private static bool IsNoText(ref Utf8JsonReader reader) =>
        reader.ValueIsEscaped && EscapeCheck.FindFault(reader.ValueSpan) is not null;
}
