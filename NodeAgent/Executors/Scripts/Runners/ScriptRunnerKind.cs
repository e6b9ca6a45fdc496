namespace Aurora.NodeAgent.Executors.Scripts.Runners;

/// <summary>What the operator of a node has its scripts run in.</summary>
internal enum ScriptRunnerKind
{
    /// <summary>The first of the others that this machine has, in their order; a container only where there is an image for it.</summary>
    Auto,

    /// <summary>A container of docker or podman.</summary>
    Container,

    /// <summary>A sandbox of bubblewrap: the system read-only, the work directory, and nothing else.</summary>
    Bubblewrap,

    /// <summary>A process of the agent's own user.</summary>
    Process,
}
