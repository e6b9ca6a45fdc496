using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.NodeAgent.Executors;

/// <summary>
/// Runs <c>test</c> tasks: echoes the payload, and on request sleeps (<c>sleep</c> in seconds, <c>sleep_ms</c>), holds host
/// memory (<c>hold_memory_mb</c>) or fails (<c>fail</c>: a message, or true).
/// </summary>
internal sealed class TestExecutor(ExecutorOptions options, TimeProvider clock) : ITaskExecutor
{
    private static readonly string[] Types = [KnownTaskTypes.Test];
    private static readonly double SecondsMax = TimeSpan.FromDays(1).TotalSeconds;

    public ValueTask<IReadOnlyCollection<string>> GetTaskTypesAsync(CancellationToken cancellationToken) => new(Types);

    public Task<ExecutionOutcome> ExecuteAsync(AttemptAssignment attempt, IReadOnlyList<GpuDevice> gpus, CancellationToken cancellationToken)
    {
        // Most test tasks ask for nothing, and a mesh is measured by how many of those it moves.
        if (attempt.Payload is "" or "{}" && attempt.Requirements is "" or "{}")
        {
            return Task.FromResult(ExecutionOutcome.Completed(Describe(attempt, null, TimeSpan.Zero, 0)));
        }

        if (!TaskInput.TryParse(attempt, out var input, out var refusal)
            || !input.TryFindNumber("sleep", 0, SecondsMax, out var seconds, out refusal)
            || !input.TryFindNumber("sleep_ms", 0, SecondsMax * 1000, out var milliseconds, out refusal)
            || !input.TryFindNumber("hold_memory_mb", 0, options.TestMemoryMbMax, out var megabytes, out refusal))
        {
            return Task.FromResult(ExecutionOutcome.Refused(refusal));
        }

        var sleep = TimeSpan.FromSeconds(seconds ?? 0) + TimeSpan.FromMilliseconds(milliseconds ?? 0);
        return RunAsync(attempt, input, sleep, (nuint)((megabytes ?? 0) * (1 << 20)), cancellationToken);
    }

    private async Task<ExecutionOutcome> RunAsync(AttemptAssignment attempt, TaskInput input, TimeSpan sleep, nuint bytes, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        await HoldAsync(bytes, sleep, cancellationToken);
        return FailureMessage(input) is { } message
            ? ExecutionOutcome.Refused(message)
            : ExecutionOutcome.Completed(Describe(attempt, input.Find("echo") ?? input.Payload, clock.GetElapsedTime(started), bytes));
    }

    private async Task HoldAsync(nuint bytes, TimeSpan sleep, CancellationToken cancellationToken)
    {
        if (bytes == 0)
        {
            await SleepAsync(sleep, cancellationToken);
            return;
        }

        // Outside the managed heap, so that the memory goes back to the system the moment the task ends.
        var block = await Task.Run(() => AllocateTouched(bytes), cancellationToken);
        try
        {
            await SleepAsync(sleep, cancellationToken);
        }
        finally
        {
            Free(block);
        }
    }

    private Task SleepAsync(TimeSpan sleep, CancellationToken cancellationToken) =>
        sleep > TimeSpan.Zero ? Task.Delay(sleep, clock, cancellationToken) : Task.CompletedTask;

    // The system hands out a page at its first write only.
    private static unsafe nint AllocateTouched(nuint bytes)
    {
        var block = (byte*)NativeMemory.Alloc(bytes);
        for (nuint offset = 0; offset < bytes; offset += 4096)
        {
            block[offset] = 1;
        }

        return (nint)block;
    }

    private static unsafe void Free(nint block) => NativeMemory.Free((void*)block);

    private static string? FailureMessage(TaskInput input) => input.Find("fail") switch
    {
        null => null,
        JsonValue value when value.TryGetValue<bool>(out var fails) => fails ? "the test task was asked to fail" : null,
        JsonValue value when value.TryGetValue<string>(out var message) => message,
        var other => other.ToJsonString(),
    };

    private string Describe(AttemptAssignment attempt, JsonNode? echo, TimeSpan duration, nuint heldBytes)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("echo");
            if (echo is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                echo.WriteTo(writer);
            }

            writer.WriteString("node", options.NodeName);
            writer.WriteString("task_id", attempt.TaskId);
            writer.WriteNumber("attempt", attempt.Attempt);
            writer.WriteStartArray("gpus");
            foreach (var gpu in attempt.Gpus)
            {
                writer.WriteNumberValue(gpu);
            }

            writer.WriteEndArray();
            if (attempt.Gang is { } gang)
            {
                writer.WriteStartObject("gang");
                writer.WriteNumber("rank", gang.Rank);
                writer.WriteNumber("size", gang.Members.Length);
                writer.WriteStartArray("members");
                foreach (var member in gang.Members)
                {
                    writer.WriteStringValue(member.NodeId);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteNumber("duration_ms", Math.Round(duration.TotalMilliseconds, 3));
            if (heldBytes > 0)
            {
                writer.WriteNumber("held_memory_bytes", (ulong)heldBytes);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
