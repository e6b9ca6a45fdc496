namespace Aurora.Client.Abstractions.Failures;

/// <summary>No node of this name ever joined the mesh.</summary>
public sealed class NodeNotFoundException(string nodeId) : AuroraMeshException($"No node with the name '{nodeId}' ever joined.")
{
    /// <summary>The name that was asked for.</summary>
    public string NodeId { get; } = nodeId;
}
