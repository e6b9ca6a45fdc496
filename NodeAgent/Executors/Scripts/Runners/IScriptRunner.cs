using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Executors.Scripts.Supervision;

namespace Aurora.NodeAgent.Executors.Scripts.Runners;

/// <summary>One way of running a script. It describes a program; a supervisor starts that, follows it and ends it.</summary>
internal interface IScriptRunner
{
    /// <summary>As it is shown: <c>process</c>, <c>bubblewrap</c>, <c>docker</c> or <c>podman</c>.</summary>
    string Name { get; }

    /// <summary>Whether interpreters are looked for where the script runs instead of on this machine.</summary>
    bool BringsPrograms => false;

    /// <summary>Null, or why no script can run this way here, in one line.</summary>
    Task<string?> CheckAsync(CancellationToken cancellationToken);

    /// <summary>What a supervisor starts to run the command, at the same paths as outside.</summary>
    Launch Describe(LaunchRequest request);
}

/// <summary>One script to run.</summary>
/// <param name="Gpus">Those that the attempt may use.</param>
/// <param name="GpuIndexes">Their numbers, also of those that the inventory no longer knows.</param>
internal sealed record LaunchRequest(
    ScriptCommand Command,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<GpuDevice> Gpus,
    IReadOnlyList<int> GpuIndexes,
    WorkDirectory Work,
    RunDirectory Run);

/// <summary>The program that a supervisor starts.</summary>
/// <param name="Environment">All of it.</param>
internal sealed record Launch(string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>Whether the program only waits for the script, and would take it along if it were asked to end.</summary>
    public bool IsLauncher { get; init; }

    /// <summary>The container in which the script runs, where it is none of the program's children.</summary>
    public ContainerHandle? Container { get; init; }

    /// <summary>The variables that cannot be handed over this way.</summary>
    public IReadOnlyList<string> DroppedVariables { get; init; } = [];
}
