using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.Webhooks;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Submissions;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.Submissions;

/// <summary>Judges what only the mesh and this gateway's settings can tell of a task's controls.</summary>
internal sealed class ControlsCheck(IGrainFactory grains, IOptions<AuroraGatewayOptions> options)
{
    private const int IdsAtOnce = 1_000;

    /// <summary>Null when the task is good.</summary>
    public ValueTask<Problem?> RefuseAsync(TaskSpec spec) =>
        spec.Controls is null ? ValueTask.FromResult<Problem?>(null) : RefuseAsync([("", spec)]);

    /// <summary>Null when all of them are good; each comes with the path of its body.</summary>
    public async ValueTask<Problem?> RefuseAsync(IEnumerable<(string Path, TaskSpec Spec)> tasks)
    {
        var errors = new FieldErrors("");
        var after = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, spec) in tasks)
        {
            if (spec.Controls?.Webhook is { } url && RefuseWebhook(url) is { } refusal)
            {
                errors.Add(path + "webhook", refusal);
            }

            foreach (var (number, prerequisite) in (spec.Controls?.After ?? []).Index())
            {
                after.TryAdd(prerequisite.TaskId, $"{path}after[{number}]");
            }
        }

        foreach (var ids in after.Keys.Chunk(IdsAtOnce))
        {
            foreach (var missing in await grains.GetGrain<ITaskQueryGrain>(0).FindMissingAsync(ids))
            {
                errors.Add(after[missing], $"must name a task that exists; '{missing}' does not");
            }
        }

        return errors.Any ? Problem.From(errors.ToRefusal()) : null;
    }

    private string? RefuseWebhook(string url) => options.Value.WebhookSecret is null
        ? "cannot be called: the gateway has no secret to sign with (AURORA_WEBHOOK_SECRET)"
        : options.Value.WebhooksMayBePrivate ? null : WebhookUrl.RefusePrivate(url);
}
