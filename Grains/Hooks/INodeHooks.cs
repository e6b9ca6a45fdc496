namespace Aurora.Grains.Hooks;

/// <summary>What the operator's programs can do about nodes. Calls do not throw: a program that fails is an outcome.</summary>
public interface INodeHooks
{
    bool CanWake { get; }

    bool CanRelease { get; }

    /// <summary>Wakes an owned node. Null when the program succeeded, which does not say that the node comes; otherwise why not.</summary>
    /// <param name="address">What its label says: a MAC address, or whatever the program knows it by.</param>
    Task<string?> WakeAsync(string nodeId, string address);

    /// <summary>Gives a rented node back. Null when the program succeeded; otherwise why not.</summary>
    Task<string?> ReleaseAsync(string nodeId);
}
