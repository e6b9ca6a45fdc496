namespace Aurora.Chaos.Runner.Plans;

/// <summary>The runs that have names.</summary>
internal static class Experiments
{
    private const double GangShare = 0.05;

    /// <summary>Name and what it does, for people.</summary>
    public static IReadOnlyDictionary<string, string> Names { get; } = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["short"] = "a mix of every fault under light load, a minute and a half",
        ["long"] = "E2: a kill every 5 s for ten minutes under 20,000 tasks, with freezes, cuts and database faults",
        ["upgrade"] = "each silo and gateway stopped in turn, each agent killed; with --from they are then of this release",
        ["E1"] = "no fault",
        ["E2"] = "the same as long",
        ["E3"] = "kill -9 of one silo, ten times",
        ["E4"] = "a silo frozen for 60 s, three times",
        ["E5"] = "SIGTERM of each silo in turn",
        ["E6"] = "kill -9 of all silos and gateways at once, three times",
        ["E7"] = "the database killed for 20 s and for 100 s",
        ["E8"] = "the database frozen for 30 s, twice",
        ["E9"] = "the disk of the database full for 20 s, twice; as root",
        ["E10"] = "the primary lost while its synchronous standby hangs, and the standby promoted",
        ["E10-async"] = "the same with an asynchronous standby: C1 has to be broken, or the checker is blind",
        ["E11"] = "agents killed, a hundred times",
        ["E12"] = "agents frozen for 20, 40 and 120 s",
        ["E13"] = "agents cut off for 5, 20 and 60 s",
        ["E14"] = "a silo cut off from the other silos, from one of them, and from the database; as root, on Linux",
        ["E15"] = "a tenth of all frames lost or doubled",
        ["E16"] = "1,000 agents; all gateways killed at once, three times",
        ["E20"] = "a node that fails whatever it gets, and one that comes and goes every 5 s",
        ["E21"] = "all gateways of all nodes frozen for 60 s: nothing is moved",
        ["E22"] = "10,000 tasks, each cancelled about when it ends",
        ["E23"] = "500 clients that wait for their results while gateways and silos are killed",
        ["E26"] = "real agents killed fifty times while scripts run, and a second machine of the same name",
        ["E27"] = "1,000 keys, each sent 50 times at once over all gateways, and then with another body",
    };

    /// <summary>Null when there is no run of this name.</summary>
    public static RunPlan? Find(string name, int seed)
    {
        var mesh = new RunPlan { Name = name, Seed = seed, Faults = [] };
        return name.ToUpperInvariant() switch
        {
            "SHORT" => Short(mesh),
            "LONG" or "E2" => Long(mesh),
            "UPGRADE" => Upgraded(mesh),
            "E1" => mesh,
            "E3" => Repeat(mesh, FaultKind.KillSilo, 10, 20, 2),
            "E4" => Repeat(mesh, FaultKind.FreezeSilo, 3, 90, 60) with { GangShare = GangShare },
            "E5" => Repeat(mesh, FaultKind.StopSilo, 3, 25, 0.5) with { Settle = TimeSpan.FromSeconds(60), NoRerun = true, TriesMax = 2 },
            "E6" => Repeat(mesh, FaultKind.KillAllSilos, 3, 60, 1),
            "E7" => Repeat(mesh, FaultKind.KillDatabase, 2, 60, 20, 100) with { NoRerun = true },
            "E8" => Repeat(mesh, FaultKind.FreezeDatabase, 2, 60, 30) with { NoRerun = true },
            "E9" => Repeat(mesh, FaultKind.FillDisk, 2, 45, 20) with { Database = DatabaseKind.SmallDisk, NoRerun = true },
            "E10" => FailOver(mesh) with { Database = DatabaseKind.SynchronousPair, NoRerun = true },
            "E10-ASYNC" => FailOver(mesh) with { Database = DatabaseKind.AsynchronousPair, MustBreak = "C1" },
            "E11" => Repeat(mesh, FaultKind.KillAgent, 100, 1, 1) with { GangShare = GangShare },
            "E12" => Repeat(mesh, FaultKind.FreezeAgent, 9, 10, 20, 40, 120) with { GangShare = GangShare },
            "E13" => Repeat(mesh, FaultKind.CutAgent, 9, 10, 5, 20, 60) with { GangShare = GangShare },
            "E14" => Partitioned(mesh),
            "E15" => Repeat(mesh, FaultKind.DisturbAgents, 3, 25, 20),
            "E16" => Repeat(mesh, FaultKind.KillAllGateways, 3, 45, 1) with { Agents = 1000, AgentSlots = 2, Gateways = 2, NodesBehindGateways = true },
            "E20" => Spoiled(mesh),
            "E21" => Repeat(mesh, FaultKind.FreezeAllGateways, 1, 60, 60) with { Gateways = 2, NodesBehindGateways = true, NoRerun = true },
            "E22" => mesh with { Load = TimeSpan.FromSeconds(100), TasksPerSecond = 100, Clients = 64, WorkMillisecondsMax = 300, CancelShare = 1, CancelWithinMilliseconds = 500 },
            "E23" => Waiting(mesh),
            "E26" => Doubled(mesh),
            "E27" => mesh with { Load = TimeSpan.FromSeconds(60), TasksPerSecond = 1000 / 60.0, SubmitCopies = 50, WorkMillisecondsMax = 500 },
            _ => null,
        };
    }

    /// <summary>A hanging standby first, so that the last seconds before the loss are the ones that matter.</summary>
    private static RunPlan FailOver(RunPlan mesh) => Repeat(mesh, FaultKind.FailOver, 1, 30, 5) with { Load = TimeSpan.FromSeconds(60) };

    /// <summary>Silos before gateways before agents, 20 s apart, so that both releases work together for two minutes.</summary>
    private static RunPlan Upgraded(RunPlan mesh)
    {
        (FaultKind Kind, int Pick)[] turns =
        [
            .. Enumerable.Range(0, mesh.Silos).Select(pick => (FaultKind.StopSilo, pick)),
            .. Enumerable.Range(0, mesh.Gateways).Select(pick => (FaultKind.StopGateway, pick)),
            (FaultKind.KillRealAgent, 0),
            (FaultKind.KillRealAgent, 1),
        ];
        List<PlannedFault> faults = [.. turns.Select((turn, index) => new PlannedFault(
            index + 1, turn.Kind, TimeSpan.FromSeconds(15 + (20 * index)), TimeSpan.FromSeconds(0.5), turn.Pick))];
        return mesh with { RealAgents = 2, Faults = faults, Load = faults[^1].At + TimeSpan.FromSeconds(20), Settle = TimeSpan.FromSeconds(60) };
    }

    private static RunPlan Spoiled(RunPlan mesh) => mesh with
    {
        Agents = 20,
        Faults =
        [
            new PlannedFault(1, FaultKind.SpoilAgent, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(60), Pick: 0),
            new PlannedFault(2, FaultKind.FlapAgent, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(60), Pick: 1),
        ],
        Load = TimeSpan.FromSeconds(75),
    };

    private static RunPlan Partitioned(RunPlan mesh)
    {
        FaultKind[] kinds = [FaultKind.CutSilo, FaultKind.CutSilos, FaultKind.CutDatabase];
        var random = new Random(mesh.Seed);
        List<PlannedFault> faults =
        [
            .. Enumerable.Range(0, 2 * kinds.Length).Select(index => new PlannedFault(
                index + 1, kinds[index % kinds.Length], TimeSpan.FromSeconds(5 + (50 * index)), TimeSpan.FromSeconds(25), random.Next())),
        ];
        return mesh with
        {
            Networks = true,
            Faults = faults,
            Load = faults[^1].At + faults[^1].Lasts + TimeSpan.FromSeconds(20),
            // Between two silos only, the gateway of one answers 503 until the way is back, and clients use another.
            RecoverySecondsMax = faults.Where(fault => fault.Kind != FaultKind.CutSilos).Select(fault => fault.Name).Distinct()
                .ToDictionary(name => name, _ => 15.0, StringComparer.Ordinal),
        };
    }

    /// <summary>Everybody waits when the first gateway goes, and the work is over when the last one is back.</summary>
    private static RunPlan Waiting(RunPlan mesh) => mesh with
    {
        Gateways = 2,
        Load = TimeSpan.FromSeconds(10),
        TasksPerSecond = 50,
        Clients = 500,
        WorkMillisecondsMax = 60_000,
        WaitForResults = true,
        Faults =
        [
            new PlannedFault(1, FaultKind.KillGateway, TimeSpan.FromSeconds(11), TimeSpan.FromSeconds(2), Pick: 0),
            new PlannedFault(2, FaultKind.KillSilo, TimeSpan.FromSeconds(14), TimeSpan.FromSeconds(2), Pick: 0),
            new PlannedFault(3, FaultKind.KillGateway, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(2), Pick: 1),
            new PlannedFault(4, FaultKind.KillSilo, TimeSpan.FromSeconds(35), TimeSpan.FromSeconds(2), Pick: 1),
        ],
    };

    private static RunPlan Doubled(RunPlan mesh)
    {
        // A machine with two cores takes seconds to start an agent; one that is killed at its start is a flapping node, which E20 shows.
        var killed = Repeat(mesh, FaultKind.KillRealAgent, 50, 6, 0.5);
        return killed with
        {
            Agents = 1,
            RealAgents = 3,
            // Two cores start three or four scripts a second while nothing else happens: more tasks would only queue behind one another.
            TasksPerSecond = 1.5,
            Settle = TimeSpan.FromMinutes(3),
            Faults =
            [
                .. killed.Faults,
                new PlannedFault(killed.Faults.Count + 1, FaultKind.DoubleRealAgent, TimeSpan.FromSeconds(32), TimeSpan.FromSeconds(20), Pick: 0),
                new PlannedFault(killed.Faults.Count + 2, FaultKind.DoubleRealAgent, TimeSpan.FromSeconds(121), TimeSpan.FromSeconds(20), Pick: 1),
            ],
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
            GangShare = GangShare,
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
            GangShare = GangShare,
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
