using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aurora.Client.Abstractions.Health;

/// <summary>
/// Whether the mesh can be used: healthy with an active node, degraded without one (tasks are accepted and wait), unhealthy when it
/// does not answer. What "unhealthy" is called is the registration's to say.
/// </summary>
internal sealed class MeshHealthCheck(IAuroraMesh mesh) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var status = await mesh.GetStatusAsync(cancellationToken).ConfigureAwait(false);
            var data = new Dictionary<string, object>
            {
                ["total_nodes"] = status.TotalNodes,
                ["active_tasks"] = status.ActiveTasks,
                ["queued_tasks"] = status.QueuedTasks,
            };
            return status.TotalNodes > 0
                ? HealthCheckResult.Healthy($"{status.TotalNodes} active nodes.", data)
                : HealthCheckResult.Degraded("The mesh answers and has no active node: tasks wait.", data: data);
        }
        catch (AuroraMeshException failure)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, failure.Message, failure);
        }
    }
}
