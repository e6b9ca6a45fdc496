namespace Aurora.Chaos.Runner.Plans;

/// <summary>The runs that have names.</summary>
internal static class Experiments
{
    /// <summary>Name and what it does, for people.</summary>
    public static IReadOnlyDictionary<string, string> Names { get; } = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["short"] = "a mix of every fault under light load, a minute and a half",
        ["long"] = "E2: a kill every 5 s for ten minutes under 20,000 tasks, with freezes, cuts and database faults",
        ["E1"] = "no fault",
        ["E2"] = "the same as long",
        ["E3"] = "kill -9 of one silo, ten times",
        ["E4"] = "a silo frozen for 60 s, three times",
        ["E5"] = "SIGTERM of each silo in turn",
        ["E6"] = "kill -9 of all silos and gateways at once, three times",
        ["E7"] = "the database killed for 20 s and for 100 s",
        ["E8"] = "the database frozen for 30 s, twice",
        ["E11"] = "agents killed, a hundred times",
        ["E12"] = "agents frozen for 20, 40 and 120 s",
        ["E13"] = "agents cut off for 5, 20 and 60 s",
        ["E15"] = "a tenth of all frames lost or doubled",
        ["E16"] = "1,000 agents; all gateways killed at once, three times",
        ["E26"] = "a real agent killed again and again while scripts run",
    };

    /// <summary>Null when there is no run of this name.</summary>
    public static RunPlan? Find(string name, int seed)
    {
        var mesh = new RunPlan { Name = name, Seed = seed, Faults = [] };
        return name.ToUpperInvariant() switch
        {
            "SHORT" => Short(mesh),
            "LONG" or "E2" => Long(mesh),
            "E1" => mesh,
            "E3" => Repeat(mesh, FaultKind.KillSilo, 10, 20, 2),
            "E4" => Repeat(mesh, FaultKind.FreezeSilo, 3, 90, 60),
            "E5" => Repeat(mesh, FaultKind.StopSilo, 3, 25, 0.5) with { Settle = TimeSpan.FromSeconds(60) },
            "E6" => Repeat(mesh, FaultKind.KillAllSilos, 3, 60, 1),
            "E7" => Repeat(mesh, FaultKind.KillDatabase, 2, 60, 20, 100),
            "E8" => Repeat(mesh, FaultKind.FreezeDatabase, 2, 60, 30),
            "E11" => Repeat(mesh, FaultKind.KillAgent, 100, 1, 1),
            "E12" => Repeat(mesh, FaultKind.FreezeAgent, 9, 10, 20, 40, 120),
            "E13" => Repeat(mesh, FaultKind.CutAgent, 9, 10, 5, 20, 60),
            "E15" => Repeat(mesh, FaultKind.DisturbAgents, 3, 20, 20),
            "E16" => Repeat(mesh, FaultKind.KillAllGateways, 3, 45, 1) with { Agents = 1000, AgentSlots = 2, Gateways = 2 },
            "E26" => Repeat(mesh, FaultKind.KillRealAgent, 20, 4, 0.5) with { Agents = 1, RealAgents = 2, TasksPerSecond = 4 },
            _ => null,
        };
    }

    private static RunPlan Short(RunPlan mesh)
    {
        var load = TimeSpan.FromSeconds(40);
        return mesh with
        {
            Load = load,
            TasksPerSecond = 20,
            WorkMillisecondsMax = 3000,
            RealAgents = 1,
            Agents = 40,
            AgentSlots = 4,
            Faults = FaultMix.Mixed(mesh.Seed, load, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(20), realAgents: true),
            Settle = TimeSpan.FromSeconds(60),
        };
    }

    private static RunPlan Long(RunPlan mesh)
    {
        var load = TimeSpan.FromMinutes(10);
        return mesh with
        {
            Load = load,
            RealAgents = 3,
            Faults = FaultMix.Mixed(mesh.Seed, load, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60), realAgents: true),
            UnknownsRequired = true,
        };
    }

    private static RunPlan Repeat(RunPlan mesh, FaultKind kind, int times, double everySeconds, params double[] lastsSeconds)
    {
        var faults = FaultMix.Repeated(mesh.Seed, kind, times, TimeSpan.FromSeconds(everySeconds), lastsSeconds);
        return mesh with { Faults = faults, Load = faults.Max(fault => fault.At + fault.Lasts) + TimeSpan.FromSeconds(20) };
    }
}
