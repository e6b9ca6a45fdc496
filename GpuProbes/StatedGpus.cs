using System.Text.Json;

namespace Aurora.GpuProbes;

/// <summary>
/// The GPUs that the operator states in <c>AURORA_GPUS</c> instead of having them detected. They have no telemetry.
/// Beside <c>type</c> and <c>memory_gb</c> an entry may carry <c>uuid</c>; any other member becomes the fact
/// <c>gpu_{index}_{member}</c>.
/// </summary>
internal sealed class StatedGpus : IGpuProbe
{
    public const string Variable = "AURORA_GPUS";

    private const string Expected =
        """a JSON array such as [{"type":"RTX 4090","memory_gb":24}], or [] for a node without GPUs""";

    private const double LargestMemoryGB = 65536;

    private readonly GpuProbeResult _result;

    private StatedGpus(GpuProbeResult result) => _result = result;

    public string Name => "stated";

    public TimeSpan MeasureInterval => TimeSpan.Zero;

    public ValueTask<GpuProbeResult> DetectAsync(CancellationToken cancellationToken) => new(_result);

    public ValueTask<IReadOnlyList<GpuReading>> MeasureAsync(CancellationToken cancellationToken) => new([]);

    /// <summary>Reads the variable's value.</summary>
    /// <exception cref="GpuConfigurationException">The value is not what the variable must be.</exception>
    public static StatedGpus Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Array)
            {
                throw new GpuConfigurationException($"{Variable} must be {Expected}; it is a JSON {Kind(document.RootElement)}.");
            }

            var facts = new Dictionary<string, object>();
            var gpus = document.RootElement.EnumerateArray().Select((entry, index) => ReadEntry(entry, index, facts)).ToList();
            return new StatedGpus(new GpuProbeResult(gpus, Settled: true) { Facts = facts });
        }
        catch (JsonException exception)
        {
            throw new GpuConfigurationException($"{Variable} must be {Expected}; it is not JSON: {exception.Message}", exception);
        }
    }

    private static ProbedGpu ReadEntry(JsonElement entry, int index, Dictionary<string, object> facts)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            throw new GpuConfigurationException($"{Variable}[{index}] must be an object with type and memory_gb; it is a {Kind(entry)}.");
        }

        string? type = null;
        string? uuid = null;
        double? memory = null;
        foreach (var member in entry.EnumerateObject())
        {
            switch (member.Name)
            {
                case "type":
                    type = Text(member, index);
                    break;
                case "uuid":
                    uuid = Text(member, index);
                    break;
                case "memory_gb":
                    memory = MemoryGB(member.Value, index);
                    break;
                default:
                    facts[$"gpu_{index}_{member.Name}"] = member.Value.ToString();
                    break;
            }
        }

        if (type is null || memory is null)
        {
            throw new GpuConfigurationException($"{Variable}[{index}] lacks {(type is null ? "type" : "memory_gb")}; {Variable} must be {Expected}.");
        }

        return new ProbedGpu($"stated-{index}", type)
        {
            // Identical cards are different cards, so only an id that the operator gives may merge them.
            Uuid = uuid,
            MemoryBytes = (long)(memory.Value * NominalMemory.GB),
            MemoryIsNominal = true,
        };
    }

    private static string Text(JsonProperty member, int index) =>
        member.Value.ValueKind == JsonValueKind.String && member.Value.GetString()!.Trim() is { Length: > 0 } text
            ? text
            : throw new GpuConfigurationException($"{Variable}[{index}].{member.Name} must be a text that is not empty, e.g. \"RTX 4090\".");

    private static double MemoryGB(JsonElement value, int index) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number is > 0 and <= LargestMemoryGB
            ? number
            : throw new GpuConfigurationException($"{Variable}[{index}].memory_gb must be a number of GB above 0 and at most {LargestMemoryGB}, e.g. 24.");

    private static string Kind(JsonElement element) => element.ValueKind.ToString().ToLowerInvariant();
}
