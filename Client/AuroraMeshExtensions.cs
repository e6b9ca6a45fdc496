using System.Net;
using Aurora.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;

namespace Microsoft.Extensions.Hosting;

/// <summary>Registers the mesh over Orleans.</summary>
public static class AuroraMeshExtensions
{
    /// <summary>Adds <see cref="IAuroraMesh"/> to a process that is a silo of the mesh, or has an Orleans client of it.</summary>
    public static IServiceCollection AddAuroraMesh(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IAuroraMesh, AuroraOrleansMesh>();
        return services;
    }

    /// <summary>Makes the Orleans client one of a mesh whose Orleans gateways are these, and adds <see cref="IAuroraMesh"/>.</summary>
    /// <param name="gateways">Silos by their <c>AURORA_GATEWAY_PORT</c>, usually 30000; at least one.</param>
    public static IClientBuilder UseAuroraMesh(this IClientBuilder client, params IPEndPoint[] gateways)
    {
        if (gateways.Length == 0)
        {
            throw new ArgumentException("At least one Orleans gateway of the mesh must be named.", nameof(gateways));
        }

        client.UseStaticClustering(gateways).Configure<ClusterOptions>(options =>
        {
            options.ClusterId = MeshConstants.ClusterId;
            options.ServiceId = MeshConstants.ServiceId;
        });
        client.Services.AddAuroraMesh();
        return client;
    }
}
