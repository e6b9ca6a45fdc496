namespace Aurora.Grains.Interfaces.Tracing;

/// <summary>The activity sources of the product, and how a task carries its trace: as a W3C <c>traceparent</c> in its controls.</summary>
public static class TraceSources
{
    /// <summary>The gateway: the span <c>submit</c>.</summary>
    public const string Gateway = "Aurora.Gateway";

    /// <summary>The grains: the spans <c>place</c>, <c>dispatch</c> and <c>report</c>.</summary>
    public const string Grains = "Aurora.Grains";

    /// <summary>The node agent: the span <c>run</c>.</summary>
    public const string NodeAgent = "Aurora.NodeAgent";

    /// <summary>Every source that belongs to a task's trace: ours, the web server's and Orleans'.</summary>
    public static string[] All { get; } =
        [Gateway, Grains, NodeAgent, "Microsoft.AspNetCore", "Microsoft.Orleans.Runtime", "Microsoft.Orleans.Application"];
}
