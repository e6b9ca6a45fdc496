namespace Aurora.NodeAgent.Connection;

/// <summary>The mesh does not let the node in now, and says when it may come again.</summary>
/// <param name="message">Why.</param>
/// <param name="wait">How long to wait. Others are told to wait for longer or shorter, so that they do not come together.</param>
internal sealed class ComeAgainException(string message, TimeSpan wait) : IOException(message)
{
    public TimeSpan Wait { get; } = wait;
}
