using Aurora.Client.Abstractions;
using Aurora.Client.Abstractions.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the health check of the mesh.</summary>
public static class MeshHealthCheckExtensions
{
    // A check is asked for by something that does not wait long, such as a load balancer.
    private static readonly TimeSpan TimeoutDefault = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Adds a check of the <see cref="IAuroraMesh"/> that is registered: healthy with an active node, degraded without one, and
    /// <paramref name="failureStatus"/> when the mesh does not answer.
    /// </summary>
    /// <param name="name">Default: <c>aurora</c>.</param>
    /// <param name="failureStatus">Default: unhealthy.</param>
    /// <param name="timeout">How long the mesh may take to answer. Default: 5 s.</param>
    public static IHealthChecksBuilder AddAuroraMesh(this IHealthChecksBuilder builder, string name = "aurora", HealthStatus? failureStatus = null, TimeSpan? timeout = null) =>
        builder.Add(new HealthCheckRegistration(name, static provider => new MeshHealthCheck(provider.GetRequiredService<IAuroraMesh>()), failureStatus, tags: null, timeout ?? TimeoutDefault));
}
