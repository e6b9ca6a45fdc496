namespace Aurora.NodeAgent.Executors.Scripts.Runners;

/// <summary>The script as a process of the agent's own user: bounded, but with all rights of that user.</summary>
internal sealed class ProcessRunner : IScriptRunner
{
    public string Name => "process";

    public Task<string?> CheckAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public Launch Describe(LaunchRequest request) => new(request.Command.Program, request.Command.Arguments, request.Environment);
}
