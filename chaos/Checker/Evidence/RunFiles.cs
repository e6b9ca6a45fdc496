using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Aurora.Chaos.Checker.Evidence;

/// <summary>
/// A run's directory: <c>manifest.json</c>, <c>history/client*.jsonl</c>, <c>history/journal*.jsonl</c>,
/// <c>history/nemesis.jsonl</c>, <c>dump/tasks.jsonl</c>, <c>dump/task_events.jsonl</c>, <c>dump/epochs.jsonl</c>.
/// </summary>
public static class RunFiles
{
    /// <summary>Reads a run. Throws <see cref="FormatException"/> naming file and line of what cannot be read.</summary>
    public static RunEvidence Read(string directory)
    {
        var manifest = Path.Combine(directory, "manifest.json");
        if (!File.Exists(manifest))
        {
            throw new FormatException($"{manifest} is missing; {directory} is not a run.");
        }

        return new RunEvidence(
            JsonSerializer.Deserialize(File.ReadAllText(manifest), EvidenceJson.Default.Manifest)!,
            Lines(directory, "history", "client*.jsonl", EvidenceJson.Default.ClientEvent),
            Lines(directory, "history", "journal*.jsonl", EvidenceJson.Default.JournalEvent),
            Lines(directory, "history", "nemesis.jsonl", EvidenceJson.Default.FaultEvent),
            Lines(directory, "dump", "tasks.jsonl", EvidenceJson.Default.StoredTask),
            Lines(directory, "dump", "task_events.jsonl", EvidenceJson.Default.StoreEvent),
            Lines(directory, "dump", "epochs.jsonl", EvidenceJson.Default.EpochEvent));
    }

    private static IEnumerable<T> Lines<T>(string directory, string folder, string pattern, JsonTypeInfo<T> type)
    {
        var root = Path.Combine(directory, folder);
        var files = Directory.Exists(root) ? Directory.GetFiles(root, pattern) : [];
        if (files.Length == 0)
        {
            throw new FormatException($"No {pattern} in {root}; a check without its evidence proves nothing.");
        }

        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            var number = 0;
            foreach (var line in File.ReadLines(file))
            {
                number++;
                yield return Parse(line, type, file, number);
            }
        }
    }

    private static T Parse<T>(string line, JsonTypeInfo<T> type, string file, int number)
    {
        try
        {
            return JsonSerializer.Deserialize(line, type) ?? throw new FormatException($"{file}:{number}: null");
        }
        catch (JsonException e)
        {
            throw new FormatException($"{file}:{number}: {e.Message}", e);
        }
    }
}
