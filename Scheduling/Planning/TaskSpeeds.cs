using Aurora.Scheduling.Feasibility;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// How fast one task runs on GPUs: as it says itself of their types, or else as fast as the GPUs are. Of what it says the entry with the most words
/// that match counts; a type that matches none counts as the slowest of them, so that nothing is promised of it.
/// </summary>
/// <param name="told">Progress a second by GPU type, 1 where the task's duration counts; above 0. Null where the task does not say.</param>
internal sealed class TaskSpeeds(IReadOnlyDictionary<string, double>? told)
{
    private readonly Dictionary<string, double> known = new(StringComparer.Ordinal);

    /// <summary>Whether the task says it.</summary>
    public bool AreTold => told is { Count: > 0 };

    /// <summary>The speed on a GPU of a type and a power.</summary>
    public double Of(string type, double power)
    {
        if (!AreTold)
        {
            return power;
        }

        if (!known.TryGetValue(type, out var speed))
        {
            speed = told!.Where(entry => GpuTypeName.Matches(entry.Key, type))
                .OrderByDescending(entry => GpuTypeName.Tokens(entry.Key).Count).ThenBy(entry => entry.Key, StringComparer.Ordinal)
                .Select(entry => (double?)entry.Value).FirstOrDefault() ?? told!.Values.Min();
            known.Add(type, speed);
        }

        return speed;
    }
}
