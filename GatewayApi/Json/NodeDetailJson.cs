using System.Text.Json;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.GatewayApi.Json;

/// <summary>What a node shows beyond the documented six fields, under names that old readers never look at.</summary>
internal static class NodeDetailJson
{
    public static void Write(Utf8JsonWriter writer, NodeStatusView node)
    {
        writer.WriteString("last_seen_at", node.LastSeen.UtcDateTime);
        writer.WriteString("transport", node.Transport);
        writer.WriteNumber("cpu_load", Finite(node.CpuLoad) ?? 0);
        writer.WriteNumber("max_parallel", node.MaxParallel);
        writer.WriteStartArray("task_types");
        foreach (var type in node.TaskTypes)
        {
            writer.WriteStringValue(type);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("pools");
        foreach (var pool in node.Pools)
        {
            writer.WriteStringValue(pool);
        }

        writer.WriteEndArray();
        WriteGpus(writer, node);
        if (node.IdleSince is { } since)
        {
            writer.WriteString("idle_since", since.UtcDateTime);
            writer.WriteBoolean("release_advised", node.ReleaseAdvised);
        }

        if (node.StatusReason is { } reason)
        {
            writer.WriteString("status_reason", reason);
        }

        writer.WritePropertyName("facts");
        RawJson.Write(writer, node.Facts is "" ? "{}" : node.Facts);
        writer.WriteBoolean("simulated", IsSimulated(node.Facts));
    }

    private static void WriteGpus(Utf8JsonWriter writer, NodeStatusView node)
    {
        writer.WriteStartArray("gpus");
        foreach (var gpu in node.Gpus)
        {
            var measured = node.Telemetry.FirstOrDefault(telemetry => telemetry.Index == gpu.Index);
            writer.WriteStartObject();
            writer.WriteNumber("index", gpu.Index);
            writer.WriteString("type", gpu.Type);
            writer.WriteNumber("memory_bytes", gpu.MemoryBytes);
            writer.WriteNumber("reserved_bytes", gpu.Index < node.ReservedBytes.Length ? node.ReservedBytes[gpu.Index] : 0);
            writer.WriteString("uuid", gpu.Uuid);
            WriteMeasure(writer, "memory_used_bytes", measured.MemoryUsedBytes);
            WriteMeasure(writer, "utilization", measured.Utilization);
            WriteMeasure(writer, "temperature_celsius", measured.TemperatureCelsius);
            WriteMeasure(writer, "power_watts", measured.PowerWatts);
            WriteErrors(writer, measured.Errors);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteErrors(Utf8JsonWriter writer, GpuErrorCount[]? errors)
    {
        if (errors is null)
        {
            writer.WriteNull("errors");
            return;
        }

        writer.WriteStartArray("errors");
        foreach (var error in errors)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", error.Kind);
            WriteMeasure(writer, "xid", error.Xid);
            writer.WriteNumber("count", error.Count);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteMeasure(Utf8JsonWriter writer, string name, double? value)
    {
        if (Finite(value) is { } finite)
        {
            writer.WriteNumber(name, finite);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    // A driver may report NaN; JSON has no such number.
    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static bool IsSimulated(string facts)
    {
        try
        {
            using var document = JsonDocument.Parse(facts);
            return document.RootElement.ValueKind is JsonValueKind.Object
                && document.RootElement.TryGetProperty("simulated", out var simulated)
                && simulated.ValueKind is JsonValueKind.True;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
