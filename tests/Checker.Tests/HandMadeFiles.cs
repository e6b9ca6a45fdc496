using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Checker.Tests;

/// <summary>Writes a run as its files.</summary>
internal static class HandMadeFiles
{
    public static void WriteTo(this HandMadeRun run, string directory)
    {
        Directory.CreateDirectory(Path.Combine(directory, "history"));
        Directory.CreateDirectory(Path.Combine(directory, "dump"));
        File.WriteAllText(Path.Combine(directory, "manifest.json"), JsonSerializer.Serialize(run.Manifest, EvidenceJson.Default.Manifest));
        Write("history/client-1.jsonl", run.Client, EvidenceJson.Default.ClientEvent);
        Write("history/journal-n.jsonl", run.Journal, EvidenceJson.Default.JournalEvent);
        Write("history/nemesis.jsonl", run.Faults, EvidenceJson.Default.FaultEvent);
        Write("dump/tasks.jsonl", run.Tasks, EvidenceJson.Default.StoredTask);
        Write("dump/task_events.jsonl", run.Changes, EvidenceJson.Default.StoreEvent);
        Write("dump/epochs.jsonl", run.Epochs, EvidenceJson.Default.EpochEvent);

        void Write<T>(string file, IEnumerable<T> lines, JsonTypeInfo<T> type) =>
            File.WriteAllLines(Path.Combine(directory, file), lines.Select(line => JsonSerializer.Serialize(line, type)));
    }
}
