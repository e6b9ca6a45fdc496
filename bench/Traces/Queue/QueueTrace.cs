using System.Globalization;
using System.Text.Json;
using Aurora.Scheduling.QueuePolicy;

namespace Aurora.Bench.Traces.Queue;

/// <summary>Reads the job trace, the node list and the speed table.</summary>
internal static class QueueTrace
{
    /// <summary>GPU types by number, in the order in which the node list names them.</summary>
    public static (List<GpuNode> Nodes, List<string> Types) ReadNodes(string file)
    {
        var types = new List<string>();
        var nodes = new List<GpuNode>();
        foreach (var row in CsvRows.Read(file))
        {
            var type = types.IndexOf(row["gpu_type"]);
            if (type < 0)
            {
                type = types.Count;
                types.Add(row["gpu_type"]);
            }

            nodes.Add(new GpuNode(type, int.Parse(row["gpus"], CultureInfo.InvariantCulture)));
        }

        return (nodes, types);
    }

    /// <summary>Speeds relative to the reference GPU, by type and then by model.</summary>
    public static Dictionary<string, Dictionary<string, double>> ReadSpeeds(string file) =>
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, double>>>(File.ReadAllText(file))
        ?? throw new InvalidDataException($"{file} must be a JSON object of GPU types.");

    public static List<QueueJob> ReadJobs(
        string file, IReadOnlyList<string> types, Dictionary<string, Dictionary<string, double>> speeds, bool durationsKnown)
    {
        var rows = CsvRows.Read(file)
            .Select(row => (Row: row, Submitted: Number(row["submit_s"])))
            .OrderBy(each => each.Submitted)
            .ToList();
        return [.. rows.Select((each, ordinal) =>
        {
            var duration = Number(each.Row["duration_s"]);
            var task = new QueuedTask
            {
                Ordinal = ordinal,
                SubmittedSeconds = each.Submitted,
                Gpus = int.Parse(each.Row["gpus"], CultureInfo.InvariantCulture),
                SpeedByType = [.. types.Select(type => speeds[type][each.Row["model"]])],
                RemainingSeconds = durationsKnown ? duration : null,
            };
            return new QueueJob(task, each.Row["job_id"], each.Submitted, duration);
        })];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
