using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Events;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Grains.Tasks;
using Aurora.Scheduling.Lifecycle;
using Aurora.Storage;

namespace Aurora.Grains.Nodes;

/// <summary>What the node says of its attempts: one commit for all of it, then the places are free.</summary>
internal sealed partial class NodeGrain
{
    public async Task<ReportVerdict[]> ReportAsync(long ofEpoch, AttemptReport[] reports)
    {
        var now = clock.GetUtcNow();
        if (ofEpoch == epoch)
        {
            lastSeen = time.GetUtcNow();
        }

        var verdicts = new ReportVerdict[reports.Length];
        var operations = new List<TaskOperation>(reports.Length);
        var committing = new List<(int Report, AttemptAssignment Order)>(reports.Length);
        for (var i = 0; i < reports.Length; i++)
        {
            var report = reports[i];
            if (Find(report.TaskId) is not { } attempt
                || (report.Attempt != 0 && report.Attempt != attempt.Assignment.Attempt))
            {
                // Not in the ledger: the committed row knows whether this is the current attempt.
                verdicts[i] = await GrainFactory.GetReference<ITaskGrain>(report.TaskId).ReportAsync(NodeId, report);
                continue;
            }

            if (report.Kind != AttemptReportKind.Started)
            {
                attempt.Ending = true;
            }

            var order = attempt.Assignment;
            if ((order.Gang is null ? Judge(report, order, now) : JudgeMember(report, order, attempt.LeavesFor, now)) is { } operation)
            {
                operations.Add(operation);
                committing.Add((i, order));
            }
            else
            {
                verdicts[i] = ReportVerdict.Accepted;
            }
        }

        if (operations.Count == 0)
        {
            return verdicts;
        }

        var committed = await CommitAsync(operations);
        var ended = new EndsByPool();
        for (var k = 0; k < operations.Count; k++)
        {
            verdicts[committing[k].Report] = committed[k].Applied ? ReportVerdict.Accepted : ReportVerdict.Stale;
            var gang = committing[k].Order.Gang;
            if (operations[k].ToEnd(NodeId, committed[k], WhyLeft(reports[committing[k].Report], operations[k]), gang?.Members[0].NodeId) is { } end)
            {
                instruments.AttemptCharged(NodeId, committing[k].Order.Pool, committed[k].Charge);
                Measure(committing[k].Order, reports[committing[k].Report], operations[k], committed[k], now);
                ended.Add(committing[k].Order.Pool, end with { Cost = committed[k].Charge.Amount });
                End(end);
            }
            else if (committed[k].Applied && operations[k] is TaskOperation.Start start)
            {
                endedOutbox.AddStart(committing[k].Order.Pool, new AttemptStart(new AttemptId(start.TaskId, start.Attempt), NodeId, start.StartedAt));
            }
        }

        ended.SendTo(endedOutbox);

        return verdicts;
    }

    private TaskOperation Judge(AttemptReport report, AttemptAssignment order, DateTimeOffset now) => report.ToOperation(
        order.Attempt, order.Gang?.Members[0].NodeId ?? NodeId, order.History.ToState(), order.Controls.ToRules(), MemoryFloorAfter(order), now, Random.Shared.NextDouble());

    private async Task<OperationOutcome[]> CommitAsync(List<TaskOperation> operations)
    {
        try
        {
            return await store.CommitAsync(operations);
        }
        catch (StoreUnavailableException e)
        {
            // The agent keeps its reports and sends them again; whether this commit happened shows then.
            foreach (var operation in operations)
            {
                if (Find(operation.TaskId) is { } attempt)
                {
                    attempt.Ending = false;
                }
            }

            throw new MeshUnavailableException("The store does not take writes for now: " + e.Message);
        }
    }

    /// <summary>What another attempt would need, should this one have run out of GPU memory.</summary>
    private long MemoryFloorAfter(AttemptAssignment order)
    {
        if (order.Gpus.Length == 0)
        {
            return 0;
        }

        var own = Math.Max(0, order.MemoryBytesPerGpu);
        var free = order.Gpus
            .Where(index => index < registration!.Gpus.Length)
            .Select(index => registration!.Gpus[index].MemoryBytes - (ledger.ReservedBytes(index) - own))
            .DefaultIfEmpty()
            .Min();
        return GpuMemoryFloor.After(order.MemoryBytesPerGpu, Math.Max(0, free));
    }

    private void End(AttemptEnd end)
    {
        var hasEnded = end is { RetryAt: null, IsOfMember: false };
        if (Find(end.Attempt.TaskId) is { } attempt && attempt.Assignment.Id == end.Attempt)
        {
            Drop(end.Attempt.TaskId);
            if (attempt.Watched && hasEnded)
            {
                GrainFactory.GetReference<ITaskGrain>(end.Attempt.TaskId).EndedAsync().Ignore();
            }
        }
    }
}
