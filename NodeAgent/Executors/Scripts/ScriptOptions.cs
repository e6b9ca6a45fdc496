using Aurora.NodeAgent.Agent;
using Aurora.NodeAgent.Executors.Scripts.Runners;

namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>The rules for script tasks on this node.</summary>
internal sealed record ScriptOptions
{
    /// <summary>What may run at all (<c>AURORA_ALLOW_SCRIPTS</c>: <c>off</c>, <c>allowlist</c> or <c>any</c>).</summary>
    public ScriptPolicy Policy { get; init; } = ScriptPolicy.Off;

    /// <summary>The only place that a named script may come from (<c>AURORA_SCRIPTS_DIR</c>, default <c>scripts</c> in the data directory).</summary>
    public required string ScriptsDirectory { get; init; }

    /// <summary>Holds one directory per attempt.</summary>
    public required string WorkDirectory { get; init; }

    /// <summary>Holds one directory per supervisor, of this node only.</summary>
    public required string RunsDirectory { get; init; }

    /// <summary>Names the processes that could not be killed.</summary>
    public required string SurvivorsFile { get; init; }

    /// <summary>What changes with each sign of life that the mesh answered.</summary>
    public required string LeaseFile { get; init; }

    /// <summary>Whether scripts whose task does not choose end when the mesh is silent (<c>AURORA_ON_DISCONNECT</c>: <c>kill</c> or <c>continue</c>).</summary>
    public bool EndsWithLease { get; init; }

    /// <summary>How long the mesh may be silent until they do.</summary>
    public TimeSpan LeasePatience { get; init; } = DisconnectPolicy.Patience;

    /// <summary>What scripts run in.</summary>
    public RunnerOptions Runner { get; init; } = new();

    /// <summary>The search path of the node, which scripts inherit.</summary>
    public string SearchPath { get; init; } = "/usr/local/bin:/usr/bin:/bin";

    /// <summary>How long a script that states no <c>timeout_s</c> may run (<c>AURORA_SCRIPT_TIMEOUT_S</c>).</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The most that a task may ask for (<c>AURORA_SCRIPT_TIMEOUT_MAX_S</c>).</summary>
    public TimeSpan TimeLimitMax { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long a script may tidy up between the request to end and the kill (<c>AURORA_SCRIPT_GRACE_S</c>).</summary>
    public TimeSpan KillGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long it may take from the order to the start of a script: its checkpoint is fetched, and what runs it is made ready
    /// (<c>AURORA_SCRIPT_START_S</c>).
    /// </summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long an ended attempt's output files stay on the node (<c>AURORA_WORK_KEEP_HOURS</c>).</summary>
    public TimeSpan OutputRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How often at most a changed checkpoint is brought to the mesh while the script runs (<c>AURORA_CHECKPOINT_EVERY_S</c>).</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an ended attempt waits for a mesh that does not take its files (<c>AURORA_UPLOAD_PATIENCE_S</c>).</summary>
    public TimeSpan UploadPatience { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many of the last bytes of each output stream are kept.</summary>
    public int OutputTailBytes { get; init; } = 64 * 1024;

    /// <summary>A larger output file is listed without its hash.</summary>
    public long HashedFileBytesMax { get; init; } = 1L << 30;

    /// <summary>The largest <c>result.json</c> that becomes part of the task's result.</summary>
    public long ResultFileBytesMax { get; init; } = 256 * 1024;

    /// <summary>The most output files that a result lists.</summary>
    public int OutputFilesMax { get; init; } = 256;
}
