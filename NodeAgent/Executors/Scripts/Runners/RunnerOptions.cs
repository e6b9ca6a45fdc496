namespace Aurora.NodeAgent.Executors.Scripts.Runners;

/// <summary>What scripts run in, and how much of the machine one of them may take.</summary>
internal sealed record RunnerOptions
{
    /// <summary><c>AURORA_SCRIPT_RUNNER</c>: <c>auto</c>, <c>container</c>, <c>bubblewrap</c> or <c>process</c>.</summary>
    public ScriptRunnerKind Kind { get; init; } = ScriptRunnerKind.Process;

    /// <summary><c>AURORA_SCRIPT_ENGINE</c>: <c>docker</c> or <c>podman</c>, or the path of one; null for whichever answers, docker first.</summary>
    public string? Engine { get; init; }

    /// <summary><c>AURORA_SCRIPT_IMAGE</c>: the image of a container; it brings the interpreters.</summary>
    public string? Image { get; init; }

    /// <summary><c>AURORA_SCRIPT_NETWORK</c>: <c>host</c> lets scripts use the machine's network; with <c>none</c> they have none. A plain process always has it.</summary>
    public bool HasNetwork { get; init; }

    /// <summary><c>AURORA_SCRIPT_READ_DIRS</c>: further directories that scripts find at their place, read-only.</summary>
    public IReadOnlyList<string> ReadDirectories { get; init; } = [];

    /// <summary>Whose rights a container or sandbox has: the agent's own user, or <c>AURORA_SCRIPT_USER</c> where the agent is root.</summary>
    public UnixUser User { get; init; } = UnixUser.Nobody;

    /// <summary>Whether the agent is another user than <see cref="User"/>, and therefore has to hand files over to it.</summary>
    public bool ChangesUser { get; init; }

    /// <summary><c>AURORA_SCRIPT_PROCESSES_MAX</c>: the processes and threads of one script at once. A data loader of PyTorch has hundreds.</summary>
    public int ProcessesMax { get; init; } = 4096;

    /// <summary><c>AURORA_SCRIPT_MEMORY_MB_MAX</c>: the memory of one script in bytes; nine tenths of the machine's unless stated.</summary>
    public long MemoryBytesMax { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 10 * 9;
}
