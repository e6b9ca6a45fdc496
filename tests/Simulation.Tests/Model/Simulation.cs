using Aurora.Scheduling.Model;

namespace Aurora.Simulation.Tests.Model;

/// <summary>One world from its seed: so many steps with faults, then healing, then the promises about how it ends.</summary>
internal sealed class Simulation
{
    private const long Gigabyte = 1L << 30;
    private const int HealMs = 180_000;
    private const int KeepAliveMs = 500;
    private const int CheckEvery = 50;

    // So many are always left, and as large are the gangs.
    private const int NodesMin = 3;

    // Of the faults below, those that touch no node.
    private static readonly int[] SparingFaults = [0, 1, 2, 3, 7];

    private static readonly HashSet<string> TaskTypes = new(StringComparer.Ordinal) { "test" };

    private readonly World world;
    private readonly bool hasGangs;
    private int tasks;
    private bool healed;

    private Simulation(int seed, PlantedBug bug)
    {
        world = new World(seed, bug);
        hasGangs = seed % 2 == 0;
        for (var index = NodesMin + world.Random.Next(6); index > 0; index--)
        {
            GpuFacts[] gpus = [.. Enumerable.Range(0, 1 + world.Random.Next(2)).Select(gpu => new GpuFacts(gpu, "GPU", (16 + (8 * world.Random.Next(3))) * Gigabyte))];
            var agent = new AgentModel(world, new NodeFacts($"node-{index}", 0, gpus, 2 + world.Random.Next(4), TaskTypes));
            world.Agents.Add(agent);
            agent.Start();
        }

        KeepAlive();
        NextTask();
        NextFault();
    }

    /// <summary>Runs a seed. Deterministic: the same arguments give the same result.</summary>
    public static SimulationResult Run(int seed, int steps, PlantedBug bug = PlantedBug.None)
    {
        var simulation = new Simulation(seed, bug);
        var violation = simulation.Live(steps) ?? simulation.Heal();
        return new SimulationResult(seed, violation, simulation.world.Truth.Accepted, simulation.world.Truth.Executions, simulation.world.Truth.Gangs);
    }

    private string? Live(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            world.Step();
            if (step % CheckEvery == 0)
            {
                CheckBooks();
            }

            if (world.Violation is { } violation)
            {
                return violation;
            }
        }

        return null;
    }

    /// <summary>Nothing goes wrong any more: everything must come to its end.</summary>
    private string? Heal()
    {
        healed = true;
        world.Faults = FaultProfile.Healed;
        world.Store.DownUntil = 0;
        world.Agents.ForEach(agent =>
        {
            world.Mend(agent);
            agent.FrozenUntil = 0;
        });

        // A healthy cluster has one activation; the youngest is the one that the directory names.
        world.Schedulers.SkipLast(1).ToList().ForEach(older => older.Abandon());
        world.Schedulers.ForEach(scheduler => scheduler.FrozenUntil = 0);

        var until = world.Now + HealMs;
        var look = world.Now;
        string? unsettled = "nothing happened";
        while (world.Now < until && world.Step())
        {
            if (world.Violation is { } violation)
            {
                return violation;
            }

            if (world.Now > look)
            {
                look = world.Now + 1000;
                CheckBooks();
                unsettled = world.Truth.Unsettled();
                if (unsettled is null)
                {
                    return null;
                }
            }
        }

        return $"{HealMs / 1000} s after the last fault {unsettled}";
    }

    private void CheckBooks()
    {
        try
        {
            world.Schedulers.ForEach(scheduler => scheduler.Planner.CheckInvariants());
            foreach (var node in world.Nodes.Values)
            {
                node.Ledger.CheckInvariants();
            }
        }
        catch (InvalidOperationException e)
        {
            world.Violated(e.Message);
        }
    }

    private void KeepAlive()
    {
        world.After(KeepAliveMs, KeepAlive);
        world.Scheduler();
    }

    private void NextTask()
    {
        if (healed)
        {
            return;
        }

        world.After(world.Random.Next(600), NextTask);
        var shape = new TaskShape("test", 1, (1 + world.Random.Next(12)) * Gigabyte, null) { Nodes = hasGangs && world.Random.Next(4) == 0 ? 2 + world.Random.Next(NodesMin - 1) : 1 };
        var task = new PendingTask($"task-{++tasks:D4}", shape, world.Random.Next(11), world.Clock, 0);
        new ClientModel(world, task).Begin();
    }

    private void NextFault()
    {
        if (healed || world.Faults.FaultEveryMs == 0)
        {
            return;
        }

        world.After(1 + world.Random.Next(2 * world.Faults.FaultEveryMs), NextFault);
        Break();
    }

    private void Break()
    {
        var agent = world.Agents[world.Random.Next(world.Agents.Count)];
        var lasts = 200 + world.Random.Next(15_000);
        switch (world.Faults.SparesNodes ? SparingFaults[world.Random.Next(SparingFaults.Length)] : world.Random.Next(8))
        {
            case 0:
                world.Scheduler().Die();
                break;
            case 1:
                // A second activation while the first still believes that it leads.
                world.ActivateScheduler();
                break;
            case 2:
                world.Scheduler().FrozenUntil = world.Now + lasts;
                world.ActivateScheduler();
                break;
            case 3 when world.Nodes.Values.FirstOrDefault(node => node.Id == agent.Id) is { } node:
                node.Die();
                break;
            case 4 when world.Random.Next(8) == 0 && world.Agents.Count(other => !other.IsScrapped) > (hasGangs ? NodesMin : NodesMin - 1):
                agent.Scrap();
                break;
            case 4:
                agent.Crash(lasts);
                break;
            case 5:
                agent.FrozenUntil = world.Now + lasts;
                break;
            case 6:
                world.Cut(agent);
                world.After(lasts, () => world.Mend(agent));
                break;
            default:
                world.Store.DownUntil = world.Now + (lasts / 3);
                break;
        }
    }
}

/// <summary>What became of a seed.</summary>
/// <param name="Violation">The first promise that was broken, in words; null when all held.</param>
/// <param name="Accepted">Tasks that a client knows to be accepted.</param>
/// <param name="Executions">Attempts that were begun, each member of a gang by itself.</param>
/// <param name="Gangs">Gangs that were completed.</param>
public sealed record SimulationResult(int Seed, string? Violation, int Accepted, int Executions, int Gangs);
