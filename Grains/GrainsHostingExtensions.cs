using Aurora.Grains.Hooks;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Nodes;
using Aurora.Grains.Observability;
using Aurora.Grains.Options;
using Aurora.Grains.Output;
using Aurora.Grains.Schedulers;
using Aurora.Scheduling.Planning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Aurora.Grains;

/// <summary>Adds the mesh's grains to a silo. The silo also needs an <see cref="Storage.ITaskStore"/>.</summary>
public static class GrainsHostingExtensions
{
    public static ISiloBuilder AddAuroraGrains(this ISiloBuilder silo)
    {
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.TryAddSingleton(provider => new RegistrationGate(provider.GetRequiredService<TimeProvider>(), Random.Shared));
        silo.Services.AddMetrics();
        silo.Services.AddSingleton<MeshInstruments>();
        silo.Services.AddSingleton<MeshGauges>();
        silo.Services.AddSingleton<EndedOutbox>();
        silo.Services.AddSingleton<OutputBudget>();
        silo.Services.AddOptions<PlannerSettings>();
        silo.Services.AddOptions<NodeHookOptions>();
        silo.Services.TryAddSingleton<INodeHooks, NodePrograms>();
        silo.Services.AddOptions<LeaseOptions>().ValidateOnStart();
        silo.Services.AddSingleton<IValidateOptions<LeaseOptions>, LeaseOptions.Validator>();
        silo.Services.AddHostedService<SchedulerKeepAlive>();
        return silo;
    }
}
