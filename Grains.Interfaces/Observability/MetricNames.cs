namespace Aurora.Grains.Interfaces.Observability;

/// <summary>What the meters of the product share.</summary>
public static class MetricNames
{
    /// <summary>The meter of the grains and of the gateway.</summary>
    public const string Meter = "Aurora.Mesh";

    /// <summary>Seconds; what the mesh promises of assignments (10, 50 and 100 ms) are edges.</summary>
    public static double[] AssignmentBuckets { get; } = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

    /// <summary>Seconds in the queue.</summary>
    public static double[] QueueBuckets { get; } = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1800];

    /// <summary>Seconds that an attempt runs.</summary>
    public static double[] RunBuckets { get; } = [0.1, 0.5, 1, 5, 15, 60, 300, 1800, 7200, 43200];

    /// <summary>Seconds to the first token.</summary>
    public static double[] FirstTokenBuckets { get; } = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    /// <summary>What <see cref="PriorityClass"/> may say.</summary>
    public static IReadOnlyList<string> PriorityClasses { get; } = ["low", "normal", "high", "critical"];

    /// <summary>What a priority is called: 0–2 low, 3–5 normal, 6–7 high, 8–10 critical.</summary>
    public static string PriorityClass(int priority) => priority switch
    {
        <= 2 => "low",
        <= 5 => "normal",
        <= 7 => "high",
        _ => "critical",
    };
}
