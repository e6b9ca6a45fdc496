using Aurora.Grains.Interfaces.Events;

namespace Aurora.Grains.Schedulers;

/// <summary>Nodes that say themselves that they can take no work: a process of theirs cannot be killed, and keeps GPU memory that would be given away.</summary>
internal sealed partial class SchedulerGrain
{
    /// <param name="node">The node.</param>
    /// <param name="reason">What it says; null when it takes work.</param>
    private void TakeClosed(NodeEntry node, string? reason)
    {
        var wasClosed = node.ClosedReason is not null;
        node.ClosedReason = reason;
        if (reason is not null && !wasClosed)
        {
            LogNodeStuck(node.NodeId, reason);
            NoteNode(MeshEventKinds.NodeStuck, node.NodeId, reason);
        }
        else if (reason is null && wasClosed)
        {
            NoteNode(MeshEventKinds.NodeActive, node.NodeId, "what could not be killed is gone");
        }
    }
}
