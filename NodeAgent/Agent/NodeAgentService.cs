using Aurora.NodeAgent.Connection;
using Aurora.NodeAgent.Journal;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aurora.NodeAgent.Agent;

/// <summary>Runs this machine's node, or the simulated ones, until the process stops.</summary>
internal sealed class NodeAgentService(
    NodeSource nodes, IMeshConnector connector, TimeProvider time, ILoggerFactory loggers) : BackgroundService
{
    private IAttemptJournal? journal;

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Here a failure still stops the start of the process, with its reason.
        journal = nodes.OpenJournal();
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        journal?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The host starts its other services meanwhile: a probe of the hardware may take seconds.
        await Task.Yield();
        var descriptions = await nodes.CreateAsync(journal, stoppingToken);
        var loops = descriptions
            .Select(node => new NodeLoop(node, connector, new Backoff(Random.Shared), time, loggers.CreateLogger<NodeLoop>())).ToList();
        try
        {
            await Task.WhenAll(loops.Select(loop => loop.RunAsync(stoppingToken)));
        }
        finally
        {
            loops.ForEach(loop => loop.Dispose());
        }
    }
}
