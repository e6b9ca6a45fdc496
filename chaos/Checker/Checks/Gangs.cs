using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Chaos.Checker.Checks;

/// <summary>
/// An attempt of a task of several nodes is given to as many different nodes as were asked for, all in one change, and each of them is
/// told the same. A member counts as ended in the store when its own node's journal has the success under that attempt, and the task is
/// completed with the last one. A node that is no member of an attempt executes nothing of it.
/// </summary>
internal sealed class Gangs : ICheck
{
    // The database's clock and the journals' are put on one scale once for the whole run.
    private const long ClockSlackNs = 1_000_000_000;

    public string Id => "C16";

    public string Promise => "several nodes run one attempt together or not at all";

    public CheckResult Judge(RunEvidence run)
    {
        var findings = new Findings(this);
        var executions = run.Executions.ToLookup(execution => execution.Task, StringComparer.Ordinal);
        var gangs = 0;
        foreach (var (taskId, changes) in run.EventsByTask)
        {
            var nodes = run.NodesOf(taskId);
            if (nodes > 1)
            {
                gangs++;
                JudgeTask(run, taskId, nodes, changes, [.. executions[taskId]], findings);
            }
            else if (changes.Exists(change => change.Members is not null) || executions[taskId].Any(execution => execution.Start.Rank is not null))
            {
                findings.Add($"{taskId} asked for one node and is run as if for several");
            }
        }

        findings.Measure("tasks", gangs);
        if (gangs == 0)
        {
            findings.NoEvidence("no task asked for several nodes");
        }

        return findings.Result();
    }

    private static void JudgeTask(
        RunEvidence run, string taskId, int nodes, List<StoreEvent> changes, List<Execution> executions, Findings findings)
    {
        var assignments = new Dictionary<int, StoreEvent>();
        StoreEvent? before = null;
        foreach (var change in changes)
        {
            if (change.HoldsPlace || change.Phase == StoredPhase.Completed)
            {
                if (assignments.TryAdd(change.Attempt, change))
                {
                    findings.Count("attempts");
                    JudgeAssignment(change, nodes, findings);
                }
                else
                {
                    JudgeStep(run, before!, change, executions, findings);
                }
            }

            if (change.Phase == StoredPhase.Completed && change.MembersOpen != 0)
            {
                findings.Add($"{taskId} is completed with members open (bits {change.MembersOpen:b})");
            }

            before = change;
        }

        foreach (var execution in executions)
        {
            findings.Count("members_executed");
            JudgeExecution(execution, assignments.GetValueOrDefault(execution.Attempt)?.Members, findings);
        }
    }

    private static void JudgeAssignment(StoreEvent change, int nodes, Findings findings)
    {
        var names = change.Members?.Select(member => member.Node).ToList() ?? [];
        if (names.Count != nodes)
        {
            findings.Add($"{change.TaskId}, attempt {change.Attempt} was given to {names.Count} nodes of {nodes}");
        }
        else if (names.Distinct(StringComparer.Ordinal).Count() < nodes)
        {
            findings.Add($"{change.TaskId}, attempt {change.Attempt} was given to one node twice: {string.Join(", ", names)}");
        }
        else if (change.MembersOpen != (1L << nodes) - 1)
        {
            findings.Add($"{change.TaskId}, attempt {change.Attempt} begins with members that have ended (open are bits {change.MembersOpen:b})");
        }
    }

    private static void JudgeStep(RunEvidence run, StoreEvent before, StoreEvent change, List<Execution> executions, Findings findings)
    {
        var members = change.Members ?? [];
        if (before.Members is null || !members.Select(member => member.Node).SequenceEqual(before.Members.Select(member => member.Node)))
        {
            findings.Add($"{change.TaskId}, attempt {change.Attempt} has other members than it began with (seq {change.Seq})");
            return;
        }

        if ((change.MembersOpen & ~before.MembersOpen) != 0)
        {
            findings.Add($"{change.TaskId}, attempt {change.Attempt} has a member open again that had ended (seq {change.Seq})");
        }

        for (var rank = 0; rank < members.Length; rank++)
        {
            var hasEnded = (before.MembersOpen & ~change.MembersOpen & (1L << rank)) != 0;
            if (hasEnded && !executions.Exists(execution =>
                execution.Succeeded && execution.Attempt == change.Attempt && execution.Node == members[rank].Node
                && execution.End!.At <= run.Manifest.ToMonotonic(change.At) + ClockSlackNs))
            {
                findings.Add($"{change.TaskId} counts rank {rank} on {members[rank].Node} as ended; its journal has no success of attempt {change.Attempt} before");
            }
        }
    }

    private static void JudgeExecution(Execution execution, StoredMember[]? members, Findings findings)
    {
        var (start, nodes) = (execution.Start, members?.Select(member => member.Node).ToList() ?? []);
        if (start.Rank is not { } rank || rank >= nodes.Count || nodes[rank] != execution.Node)
        {
            findings.Add($"{execution.Task}, attempt {execution.Attempt} ran on {execution.Node} as rank {start.Rank?.ToString() ?? "none"}; its members are {string.Join(", ", nodes)}");
        }
        else if (start.Members is null || !start.Members.SequenceEqual(nodes))
        {
            findings.Add($"{execution.Task}, attempt {execution.Attempt}, rank {rank} was told of {string.Join(", ", start.Members ?? [])}; its members are {string.Join(", ", nodes)}");
        }
    }
}
