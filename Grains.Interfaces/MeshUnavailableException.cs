namespace Aurora.Grains.Interfaces;

/// <summary>The mesh cannot answer for now (its store or its scheduler is out of reach); repeating later is safe.</summary>
[GenerateSerializer, Alias("aurora.mesh-unavailable")]
public sealed class MeshUnavailableException : Exception
{
    public MeshUnavailableException()
    {
    }

    public MeshUnavailableException(string message)
        : base(message)
    {
    }

    public MeshUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
