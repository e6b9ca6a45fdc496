using System.Text.Json.Serialization;

namespace Aurora.NodeAgent.Executors.Scripts.Supervision;

/// <summary>What a supervisor is to run, and what the agent needs to describe the end of it.</summary>
/// <param name="Environment">All of it.</param>
/// <param name="WorkRoot">Where it starts.</param>
/// <param name="OutputDirectory">Also how every process of the run is found again.</param>
/// <param name="OutputTailBytes">How many of the last bytes of each output stream are kept.</param>
/// <param name="LeaseFile">Ends the run when it has not changed for <see cref="LeasePatience"/>; null: it outlives any silence.</param>
/// <param name="DroppedVariables">The variables that the task asked for and does not get.</param>
internal sealed record SupervisedSpec(
    string Program,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    string WorkRoot,
    string OutputDirectory,
    TimeSpan TimeLimit,
    TimeSpan KillGrace,
    int OutputTailBytes,
    string? LeaseFile,
    TimeSpan LeasePatience,
    IReadOnlyList<string> DroppedVariables)
{
    /// <summary>About how many bytes of the output log are kept, the newest.</summary>
    public long OutputLogBytes { get; init; } = 4 << 20;

    /// <summary>Where the script may write how far it is; null where its standard output is the only place.</summary>
    public string? ProgressFile { get; init; }

    /// <summary>What it runs in, as <see cref="Runners.IScriptRunner.Name"/> says it.</summary>
    public string Runner { get; init; } = "process";

    /// <summary>Whether it is a member of a gang in a sandbox without a network, so that it cannot meet the others.</summary>
    public bool IsApart { get; init; }

    /// <summary>Whether the program only waits for the script: it is not asked to end, since the script would be killed with it.</summary>
    public bool IsLauncher { get; init; }

    /// <summary>Where the script runs, when it is none of the program's children.</summary>
    public ContainerHandle? Container { get; init; }

    /// <summary>The user whose processes the kernel counts; null where it counts in another way or not at all.</summary>
    public uint? UserId { get; init; }

    /// <summary>Processes and threads at once; null: not bounded.</summary>
    public int? ProcessesMax { get; init; }

    /// <summary>Memory of all its processes together; null: not bounded.</summary>
    public long? MemoryBytesMax { get; init; }
}

/// <summary>How a run ended.</summary>
/// <param name="ExitCode">128 plus the signal where one ended it.</param>
/// <param name="Output">The last bytes of standard output as text.</param>
/// <param name="OutputBytes">How many bytes there were in all.</param>
/// <param name="StartError">Why it could not be started, for <see cref="ScriptEnding.NotStarted"/>.</param>
internal sealed record ScriptEnd(
    ScriptEnding Ending,
    int ExitCode,
    TimeSpan Duration,
    string Output,
    string Error,
    long OutputBytes,
    long ErrorBytes,
    string? StartError = null)
{
    /// <summary>What was killed for as long as that is tried, and was still there.</summary>
    public IReadOnlyList<ProcessIdentity> Survivors { get; init; } = [];

    public static ScriptEnd NotStarted(string error) => new(ScriptEnding.NotStarted, -1, TimeSpan.Zero, "", "", 0, 0, error);
}

/// <summary>What ended a run.</summary>
internal enum ScriptEnding
{
    /// <summary>The script itself.</summary>
    Exited,
    TimeLimit,
    Cancelled,

    /// <summary>The mesh was silent, and the task is not to outlive that.</summary>
    LeaseLost,
    NotStarted,

    /// <summary>It had more processes and threads than its node allows.</summary>
    TooManyProcesses,

    /// <summary>It used more memory than its node allows.</summary>
    TooMuchMemory,
}

/// <summary>The JSON of the files that agent and supervisor share. Both are of one build, except over an upgrade: add, never rename.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SupervisedSpec))]
[JsonSerializable(typeof(ScriptEnd))]
[JsonSerializable(typeof(ProcessIdentity))]
[JsonSerializable(typeof(IReadOnlyList<Survivor>))]
internal sealed partial class SupervisionJsonContext : JsonSerializerContext;
