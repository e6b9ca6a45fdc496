namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>What the operator of a node lets tasks execute.</summary>
internal enum ScriptPolicy
{
    /// <summary>Nothing: the node does not announce script tasks.</summary>
    Off,

    /// <summary>Files that the operator put into the scripts directory.</summary>
    AllowList,

    /// <summary>Those files, and source text that comes with the task.</summary>
    Any,
}
