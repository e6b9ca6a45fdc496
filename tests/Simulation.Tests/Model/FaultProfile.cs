namespace Aurora.Simulation.Tests.Model;

/// <summary>How bad a world is; drawn from the seed, so that seeds differ in kind and not only in order.</summary>
internal sealed class FaultProfile
{
    private FaultProfile()
    {
    }

    /// <summary>Share of messages that are lost.</summary>
    public double Drop { get; private init; }

    /// <summary>Share of messages that arrive twice.</summary>
    public double Duplicate { get; private init; }

    /// <summary>Share of messages that are late by seconds instead of milliseconds.</summary>
    public double Late { get; private init; }

    /// <summary>Share of writes whose outcome the caller does not learn.</summary>
    public double Unknown { get; private init; }

    /// <summary>Mean time between two faults of parts, in milliseconds; 0 for none.</summary>
    public int FaultEveryMs { get; private init; }

    /// <summary>Whether nodes and their links stay whole: then nothing has to be executed twice.</summary>
    public bool SparesNodes { get; private init; }

    public static FaultProfile Healed { get; } = new();

    public static FaultProfile Draw(Random random) => random.Next(6) switch
    {
        5 => new FaultProfile { FaultEveryMs = 3000, SparesNodes = true },
        0 => new FaultProfile { FaultEveryMs = 2000 },
        1 => new FaultProfile { Drop = 0.1, Duplicate = 0.1, Late = 0.05, FaultEveryMs = 8000 },
        2 => new FaultProfile { Unknown = 0.1, FaultEveryMs = 4000 },
        3 => new FaultProfile { Drop = 0.02, Duplicate = 0.02, Late = 0.02, Unknown = 0.02, FaultEveryMs = 1000 },
        _ => new FaultProfile { Drop = 0.3 * random.NextDouble(), Duplicate = 0.3 * random.NextDouble(), Late = 0.2 * random.NextDouble(), Unknown = 0.2 * random.NextDouble(), FaultEveryMs = 500 + random.Next(5000) },
    };
}
