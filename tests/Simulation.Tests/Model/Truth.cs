using Aurora.Scheduling.Lifecycle;
using Aurora.Scheduling.Model;

namespace Aurora.Simulation.Tests.Model;

/// <summary>Sees everything that really happens, which no part does, and says when a promise is broken.</summary>
internal sealed class Truth(World world)
{
    private readonly Dictionary<(AttemptKey Key, string Node), bool> executions = [];
    private readonly Dictionary<AttemptKey, string> begunOn = [];
    private readonly HashSet<string> accepted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<int>> executed = new(StringComparer.Ordinal);
    private readonly bool sparesNodes = world.Faults.SparesNodes;

    /// <summary>Executions that were begun.</summary>
    public int Executions => executions.Count;

    /// <summary>Gangs that were completed.</summary>
    public int Gangs { get; private set; }

    public int Accepted => accepted.Count;

    /// <summary>A client was told that its task is accepted.</summary>
    public void Accept(string taskId)
    {
        accepted.Add(taskId);
        Require(world.Store.Rows.ContainsKey(taskId), $"{taskId} was accepted and is not stored");
    }

    /// <summary>A write is about to be applied to a row.</summary>
    public void Writing(Write write, StoredRow row)
    {
        Require(!row.HasEnded, $"{row.Task.TaskId} had ended as {row.Phase} and is changed by {write.Kind}");
        if (write.Placement is not null || write.SchedulerEpoch != 0)
        {
            Require(
                write.SchedulerEpoch == world.Store.SchedulerEpoch,
                $"{row.Task.TaskId} was {write.Kind} under epoch {write.SchedulerEpoch}; the store is at {world.Store.SchedulerEpoch}");
        }

        if (write.Placement is { Gang: { } gang } && write.Kind == TaskEventKind.Assigned)
        {
            Require(
                gang.Select(member => member.NodeId).Distinct().Count() == row.Task.Shape.Nodes,
                $"{row.Task.TaskId} needs {row.Task.Shape.Nodes} nodes and was assigned to {string.Join(", ", gang.Select(member => member.NodeId))}");
        }

        if (write.Kind is TaskEventKind.Completed or TaskEventKind.Failed)
        {
            Require(write.Attempt == row.Attempt, $"{row.Task.TaskId} was ended by attempt {write.Attempt}; current is {row.Attempt}");
            Require(
                HasEnded(row, write.Kind is TaskEventKind.Completed),
                $"{row.Task.TaskId} was ended by attempt {write.Attempt} on {row.NodeId}, which did not come to its end there");
            Gangs += row.Members is not null && write.Kind is TaskEventKind.Completed ? 1 : 0;
        }
    }

    /// <summary>An agent begins an attempt.</summary>
    public void Begin(AgentModel agent, Order order)
    {
        var key = order.Key;
        var isPart = order.Placement.Gang is not null;
        Require(
            executions.TryAdd((key, agent.Id), false) && (begunOn.TryAdd(key, agent.Id) || isPart),
            $"{key.Task}, attempt {key.Attempt} was started a second time, on {agent.Id}");
        Require(!isPart || order.Placement.IsOpenOn(agent.Id), $"{agent.Id} began a part of {key.Task} that is not its own");
        executed.TryAdd(key.Task, []);
        executed[key.Task].Add(key.Attempt);

        // A gang of which one member was refused begins again on all its nodes.
        Require(executed[key.Task].Count == 1 || isPart || !sparesNodes, $"{key.Task} is executed again as attempt {key.Attempt} on {agent.Id}, and no node had failed");

        // Attempts that the store has given up may go on until their node hears of it.
        var current = agent.Running.Where(running =>
            world.Store.Rows[running.Key.Task] is { IsPlaced: true } row && row.Attempt == running.Key.Attempt && row.IsOn(agent.Id)).ToList();
        Require(current.Count <= agent.Facts.MaxParallel, $"{agent.Id} runs {current.Count} attempts of {agent.Facts.MaxParallel}");
        for (var gpu = 0; gpu < agent.Facts.Gpus.Count; gpu++)
        {
            var bytes = current.Where(running => running.Placement.Gpus.Contains(gpu)).Sum(running => running.Bytes);
            Require(bytes <= agent.Facts.Gpus[gpu].MemoryBytes, $"GPU {gpu} of {agent.Id} has {agent.Facts.Gpus[gpu].MemoryBytes} bytes, and {bytes} are in use");
        }
    }

    public void End(AgentModel agent, AttemptKey key) => executions[(key, agent.Id)] = true;

    /// <summary>Whether every member of a gang's attempt was begun; true of a task of one node.</summary>
    public bool HaveAllBegun(Placement placement) => placement.Gang is not { } gang
        || gang.All(member => executions.ContainsKey((new AttemptKey(placement.Task.TaskId, placement.Attempt), member.NodeId)));

    private bool HasEnded(StoredRow row, bool onAll)
    {
        var key = new AttemptKey(row.Task.TaskId, row.Attempt);
        return row.Members is not { } members ? executions.GetValueOrDefault((key, row.NodeId!))
            : onAll ? members.All(member => executions.GetValueOrDefault((key, member.NodeId)))
            : members.Any(member => executions.GetValueOrDefault((key, member.NodeId)));
    }

    /// <summary>Promises about everything that was accepted, once nothing goes wrong any more. Null when they hold.</summary>
    public string? Unsettled()
    {
        foreach (var taskId in accepted)
        {
            if (!world.Store.Rows.TryGetValue(taskId, out var row))
            {
                return $"{taskId} was accepted and is not stored";
            }

            if (!row.HasEnded)
            {
                return $"{taskId} is still {row.Phase}, attempt {row.Attempt} on {row.NodeId}; {world.Scheduler().Describe(taskId)}; {DescribeNode(row.NodeId)}";
            }
        }

        foreach (var row in world.Store.Rows.Values.Where(row => !row.HasEnded))
        {
            return $"{row.Task.TaskId} is still {row.Phase}, attempt {row.Attempt} on {row.NodeId}, though nobody was told that it is accepted";
        }

        var scheduler = world.Scheduler();
        if (scheduler.Planner.QueuedCount + scheduler.Planner.PlacedCount > 0)
        {
            return $"the scheduler still has {scheduler.Planner.QueuedCount} queued and {scheduler.Planner.PlacedCount} placed";
        }

        var leak = world.Nodes.Values.FirstOrDefault(node => node.Ledger.HeldCount > 0);
        if (leak is not null)
        {
            return $"the ledger of {leak.Id} still holds {leak.Ledger.HeldCount}";
        }

        var busy = world.Agents.Find(agent => agent.Known > 0);
        return busy is null ? null : $"{busy.Id} still has {busy.Known} attempts";
    }

    private string DescribeNode(string? nodeId) => nodeId is null
        ? "it has no node"
        : $"{world.Nodes.GetValueOrDefault(nodeId)?.Describe()}; {world.Agents.Find(agent => agent.Id == nodeId)!.Describe()}";

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            world.Violated(otherwise);
        }
    }
}
