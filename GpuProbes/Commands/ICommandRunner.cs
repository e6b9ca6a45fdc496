namespace Aurora.GpuProbes.Commands;

/// <summary>Runs a vendor's tool. Never throws but on cancellation: a tool that fails is an outcome.</summary>
internal interface ICommandRunner
{
    /// <summary>Runs the tool to its end; the arguments reach it as they are, never through a shell.</summary>
    Task<CommandResult> RunAsync(string tool, IReadOnlyList<string> arguments, CancellationToken cancellationToken);
}

/// <summary>How a tool ended.</summary>
/// <param name="Output">Its standard output; null when it gave none that counts.</param>
/// <param name="Failure">One readable reason; null when the tool succeeded.</param>
internal sealed record CommandResult(string? Output, string? Failure)
{
    public static CommandResult Succeeded(string output) => new(output, null);

    public static CommandResult Failed(string reason) => new(null, reason);
}
