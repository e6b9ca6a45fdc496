namespace Aurora.Grains.Interfaces.Tasks;

/// <summary>The webhooks that are due, for whoever calls them. Key 0.</summary>
[GrainInterfaceType("aurora.webhook")]
public interface IWebhookGrain : IGrainWithIntegerKey
{
    /// <summary>Takes ended tasks whose webhook is due, at most <paramref name="limit"/>; for so long nobody else gets them.</summary>
    Task<TaskView[]> ClaimAsync(int limit, TimeSpan claimFor);

    /// <summary>Notes a call: when the next one follows (null: never), and why it failed (null: it did not).</summary>
    Task SettleAsync(string taskId, TimeSpan? again, string? error);
}
