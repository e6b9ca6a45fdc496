using Aurora.Grains.Interfaces.Tasks;
using Aurora.Storage;
using Orleans.Concurrency;

namespace Aurora.Grains.Tasks;

/// <summary>Hands out webhooks; the store sees to it that each goes to one caller at a time, so any silo may answer.</summary>
[GrainType("aurora.webhook")]
[StatelessWorker]
internal sealed class WebhookGrain(ITaskStore store, TimeProvider time) : Grain, IWebhookGrain
{
    private const int MaxLimit = 100;

    public async Task<TaskView[]> ClaimAsync(int limit, TimeSpan claimFor)
    {
        var now = time.GetUtcNow();
        var rows = await StoreGuard.Write(store.ClaimWebhooksAsync(now, now + claimFor, Math.Clamp(limit, 1, MaxLimit), CancellationToken.None));
        return [.. rows.Select(row => row.ToView(withPayload: true))];
    }

    public async Task SettleAsync(string taskId, TimeSpan? again, string? error) =>
        await StoreGuard.Write(store.SettleWebhookAsync(taskId, time.GetUtcNow() + again, error, CancellationToken.None));
}
