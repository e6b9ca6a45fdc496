namespace Aurora.NodeAgent.Journal;

/// <summary>Where one node keeps what has to outlive its process.</summary>
/// <param name="Path">Absolute; <c>nodes/NODE</c> in the data directory.</param>
internal sealed record NodeDirectory(string Path)
{
    /// <summary>Held by the one process that stands for the node.</summary>
    public string LockFile => System.IO.Path.Combine(Path, "lock");

    /// <summary>One line for each attempt taken up or forgotten.</summary>
    public string AttemptLog => System.IO.Path.Combine(Path, "attempts.log");

    /// <summary>One file for each result that was not acknowledged.</summary>
    public string Results => System.IO.Path.Combine(Path, "results");

    /// <summary>What could not be read, for a person to look at.</summary>
    public string SetAside => System.IO.Path.Combine(Path, "set-aside");

    /// <summary>One directory for each script that has a supervisor.</summary>
    public string Runs => System.IO.Path.Combine(Path, "runs");

    /// <summary>The processes that could not be killed.</summary>
    public string Survivors => System.IO.Path.Combine(Path, "survivors.json");

    /// <summary>Changes with each sign of life that the mesh answered.</summary>
    public string LeaseFile => System.IO.Path.Combine(Path, "lease");

    /// <summary>The gateways that the mesh named last.</summary>
    public string MeshFile => System.IO.Path.Combine(Path, "mesh.json");

    public static NodeDirectory Of(string dataDirectory, string nodeId) =>
        new(System.IO.Path.Combine(dataDirectory, "nodes", PlainFileName.Of(nodeId, "node")));
}
