using Aurora.GpuProbes;
using Aurora.Grains.Interfaces.Tracing;
using Aurora.NodeAgent.Connection;
using Aurora.NodeAgent.Executors;
using Aurora.NodeAgent.Files;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Aurora.NodeAgent.Agent;

/// <summary>Adds an agent to a process.</summary>
public static class NodeAgentComposition
{
    /// <summary>An agent for this machine inside a silo: its calls stay in the process, and only files go over the gateway.</summary>
    /// <param name="services">Of the silo.</param>
    /// <param name="configuration">The agent's environment.</param>
    /// <param name="gateway">Where the gateway of this process listens; null while it does not.</param>
    /// <param name="joinToken">What that gateway takes from this process.</param>
    /// <exception cref="Exception">A setting of the agent cannot be meant; the message is one line that names it.</exception>
    public static IServiceCollection AddAuroraLocalNode(
        this IServiceCollection services, IConfiguration configuration, Func<IServiceProvider, Uri?> gateway, string joinToken)
    {
        services.AddSingleton<ITaskFiles>(provider => new HttpTaskFiles(() => gateway(provider) is { } address ? [address] : [], joinToken));
        return services.AddAgent(configuration, provider => new InProcessConnector(provider.GetRequiredService<IGrainFactory>()));
    }

    /// <summary>An agent in a process of its own.</summary>
    internal static IServiceCollection AddAuroraNodeAgent(this IServiceCollection services, IConfiguration configuration)
    {
        var otlp = OtlpVariables.From(name => configuration[name]);
        if (otlp.Traces)
        {
            var telemetry = services.AddOpenTelemetry().WithTracing(tracing => tracing.AddSource(TraceSources.NodeAgent).AddOtlpExporter());
            if (!otlp.NamesService)
            {
                telemetry.ConfigureResource(resource => resource.AddService("aurora-node-agent"));
            }
        }

        services.AddSingleton<ITaskFiles>(provider =>
        {
            var options = provider.GetRequiredService<NodeAgentOptions>();
            return new HttpTaskFiles(() => options.Coordinators, options.JoinToken);
        });
        return services.AddAgent(configuration, provider =>
        {
            var options = provider.GetRequiredService<NodeAgentOptions>();
            var file = options.Simulate > 0 ? null : provider.GetRequiredService<ExecutorOptions>().Node.MeshFile;
            return new MeshConnector(options, new RememberedMesh(file, provider.GetRequiredService<ILogger<RememberedMesh>>()), Random.Shared);
        });
    }

    private static IServiceCollection AddAgent(
        this IServiceCollection services, IConfiguration configuration, Func<IServiceProvider, IMeshConnector> connector)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(NodeAgentOptions.From(configuration));
        services.AddSingleton(ExecutorOptions.FromEnvironment(configuration));
        services.AddSingleton(ReadGpuOptions(configuration));
        services.AddSingleton<ExecutorSet>();
        services.AddHostedService(provider => provider.GetRequiredService<ExecutorSet>());
        services.AddSingleton<NodeSource>();
        services.AddSingleton(connector);
        return services.AddHostedService<NodeAgentService>();
    }

    private static GpuProbeOptions ReadGpuOptions(IConfiguration configuration)
    {
        try
        {
            return GpuProbeOptions.FromEnvironment(name => configuration[name]);
        }
        catch (GpuConfigurationException e)
        {
            throw new AgentSettingException(e.Message);
        }
    }
}
