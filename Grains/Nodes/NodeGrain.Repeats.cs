using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Tasks;
using Aurora.Scheduling.Lifecycle;

namespace Aurora.Grains.Nodes;

/// <summary>Orders that did not reach the agent, or that it has lost.</summary>
internal sealed partial class NodeGrain
{
    // An answer repeats so much, and one at least: it has to fit what an agent takes in one frame. The next goes on.
    private const long RepeatedCharactersMax = 4 << 20;

    // Payloads that are read again for one answer.
    private const int ReadAgainMax = 16;

    /// <summary>The orders to repeat, as many as one answer carries. What the store has to be asked for waits while it is away.</summary>
    private async Task<AttemptAssignment[]> RepeatAsync(List<HeldAttempt> lacking, DateTimeOffset now)
    {
        var orders = new List<AttemptAssignment>();
        var readAgain = await ReadAgainAsync([.. lacking.Where(attempt => attempt.LacksPayload).Take(ReadAgainMax)], now);
        var characters = 0L;
        foreach (var attempt in lacking)
        {
            var order = attempt.LacksPayload ? readAgain.GetValueOrDefault(attempt.TaskId) : attempt.Assignment;
            if (order is null)
            {
                continue;
            }

            characters += order.Payload.Length + order.Requirements.Length;
            if (orders.Count > 0 && characters > RepeatedCharactersMax)
            {
                break;
            }

            attempt.PushedAt = now;
            orders.Add(order);
        }

        return [.. orders];
    }

    private async Task<Dictionary<string, AttemptAssignment>> ReadAgainAsync(HeldAttempt[] attempts, DateTimeOffset now)
    {
        var orders = new Dictionary<string, AttemptAssignment>(StringComparer.Ordinal);
        if (attempts.Length == 0)
        {
            return orders;
        }

        try
        {
            var rows = (await StoreGuard.Read(store.GetManyAsync([.. attempts.Select(attempt => attempt.TaskId)], CancellationToken.None)))
                .ToDictionary(row => row.TaskId, StringComparer.Ordinal);
            foreach (var attempt in attempts)
            {
                if (rows.GetValueOrDefault(attempt.TaskId) is { Phase: TaskPhase.Assigned or TaskPhase.Running } row && row.Attempt == attempt.Attempt && row.IsOn(NodeId))
                {
                    orders.Add(attempt.TaskId, attempt.Assignment with { Payload = row.Payload ?? "{}" });
                }
                else
                {
                    // Its end is on its way here; the next answer asks for others.
                    attempt.PushedAt = now;
                }
            }
        }
        catch (MeshUnavailableException)
        {
            // The next heartbeat asks again.
        }

        return orders;
    }
}
