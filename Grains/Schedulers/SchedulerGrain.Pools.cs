using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.Grains.Schedulers;

/// <summary>Nodes that other pools' schedulers place on as well.</summary>
internal sealed partial class SchedulerGrain
{
    private bool unknownNodesLost;

    /// <summary>Whether this is the first of the node's pools, whose scheduler speaks for the node where one is to speak.</summary>
    private bool IsHome(NodeEntry node) => node.Pools[0] == Pool;

    /// <summary>Tells shared nodes that work waits for them, so that another pool's work does not keep them for ever.</summary>
    private void AwaitTurns()
    {
        foreach (var node in nodes.Values)
        {
            if (node is { Connected: true, Cordoned: false, Pools.Length: > 1 } && planner.AwaitsNode(node.NodeId))
            {
                GrainFactory.GetGrain<INodeGrain>(node.NodeId).AwaitTurnAsync(Pool).Ignore();
            }
        }
    }

    /// <summary>Attempts on nodes that left the pool while it had no scheduler: nobody else would give them up.</summary>
    private async Task LoseUnknownNodesAsync()
    {
        if (!unknownNodesLost)
        {
            unknownNodesLost = true;
            await LoseAsync([.. planner.Nodes
                .Select(view => view.Facts.NodeId)
                .Where(nodeId => !nodes.ContainsKey(nodeId))
                .SelectMany(planner.PlacementsOn)]);
        }
    }
}
