using System.Collections;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>The environment of a script: nothing of the agent's own but the search path, so that no secret of it leaks.</summary>
/// <param name="Variables">All of it.</param>
/// <param name="Dropped">The names that the task asked for and does not get.</param>
internal sealed partial record ScriptEnvironment(IReadOnlyDictionary<string, string> Variables, IReadOnlyList<string> Dropped)
{
    // Each of these makes an interpreter or the loader run or find other code than the operator's, or says which GPUs a
    // task sees.
    private static readonly string[] ReservedPrefixes =
        ["AURORA_", "LD_", "DYLD_", "PYTHON", "NVIDIA_", "CUDA_", "HIP_", "ROCR_", "GPU_DEVICE", "BASH", "NODE_", "PERL", "RUBY", "GCONV_", "GLIBC_"];

    private static readonly string[] ReservedNames = ["PATH", "HOME", "TMPDIR", "ENV", "IFS", "SHELLOPTS", "PS4"];

    // Windows programs do not start without these.
    private static readonly string[] WindowsNames = ["SystemRoot", "PATHEXT", "COMSPEC"];

    public static ScriptEnvironment Create(
        AttemptAssignment attempt, TaskInput input, IReadOnlyList<GpuDevice> gpus, WorkDirectory work, ScriptOptions options)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        var dropped = new List<string>();
        foreach (var (name, node) in input.Find("env") as JsonObject ?? [])
        {
            if (IsAllowed(name) && Text(node) is { } value)
            {
                variables[name] = value;
            }
            else
            {
                dropped.Add(name);
            }
        }

        foreach (var (requirement, name) in new[] { ("epochs", "EPOCHS"), ("batch_size", "BATCH_SIZE"), ("model", "MODEL") })
        {
            if (Text(input.Requirements[requirement]) is { } value)
            {
                variables[name] = value;
            }
        }

        variables["PATH"] = options.SearchPath;
        variables["HOME"] = work.Root;
        variables["TMPDIR"] = work.Temporary;
        variables.TryAdd("LANG", "C.UTF-8");
        variables["AURORA_TASK_ID"] = attempt.TaskId;
        variables["AURORA_ATTEMPT"] = attempt.Attempt.ToString(System.Globalization.CultureInfo.InvariantCulture);
        variables["AURORA_TASK_INPUT"] = work.InputFile;
        variables["AURORA_OUTPUT_DIR"] = work.Output;
        variables["AURORA_CHECKPOINT_DIR"] = work.Checkpoint;
        variables["AURORA_PROGRESS_FILE"] = work.ProgressFile;
        GangVariables.Add(variables, attempt.Gang);
        if (Activity.Current is { Recorded: true, Id: { } trace })
        {
            // A script that is traced itself goes on with the task's trace (OpenTelemetry, "Environment Variables as Context Propagation Carriers").
            variables["TRACEPARENT"] = trace;
        }

        AddGpus(variables, [.. gpus.Where(gpu => attempt.Gpus.Contains(gpu.Index))], attempt.Gpus);
        AddWindows(variables);
        return new ScriptEnvironment(variables, dropped);
    }

    private static void AddGpus(Dictionary<string, string> variables, IReadOnlyList<GpuDevice> devices, IReadOnlyList<int> indexes)
    {
        // The runtimes do not take ids and indexes in one list.
        var byId = devices.Count == indexes.Count && devices.All(device => !string.IsNullOrEmpty(device.Uuid));
        var visible = byId ? string.Join(',', devices.Select(device => device.Uuid)) : string.Join(',', indexes);
        variables["CUDA_VISIBLE_DEVICES"] = visible;
        variables["HIP_VISIBLE_DEVICES"] = visible;
        // Empty means every GPU to the container runtime, unlike to the other two.
        variables["NVIDIA_VISIBLE_DEVICES"] = visible.Length == 0 ? "none" : visible;
        // Without it CUDA counts the fastest GPU first, and index 0 is another one than the driver's.
        variables["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID";
    }

    private static void AddWindows(Dictionary<string, string> variables)
    {
        if (!OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            if (WindowsNames.Contains((string)entry.Key, StringComparer.OrdinalIgnoreCase))
            {
                variables[(string)entry.Key] = (string?)entry.Value ?? "";
            }
        }
    }

    private static bool IsAllowed(string name) =>
        PlainName().IsMatch(name)
        && !ReservedNames.Contains(name, StringComparer.Ordinal)
        && !ReservedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal));

    // A value with a NUL in it would end early on its way to the process.
    private static string? Text(JsonNode? node) => node is JsonValue value
        && (value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString()) is var text
        && !text.Contains('\0', StringComparison.Ordinal)
            ? text
            : null;

    [GeneratedRegex(@"\A[A-Z][A-Z0-9_]*\z")]
    private static partial Regex PlainName();
}
