using System.Reflection;

namespace Aurora.NodeAgent.Connection;

/// <summary>Whether an agent and its mesh are releases that are meant for each other.</summary>
internal static class VersionMatch
{
    /// <summary>This agent's release, as <c>major.minor.patch</c>.</summary>
    public static string Agent { get; } =
        typeof(VersionMatch).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>What is wrong between the two releases and what to do, in one line; null when they agree or the mesh does not say.</summary>
    /// <remarks>Before 1.0 a minor version may change what is said between them.</remarks>
    public static string? Explain(string? mesh, string agent)
    {
        if (mesh?.Split('.') is not [var major, var minor, ..] || agent.Split('.') is not [var ours, var oursMinor, ..] || (major, minor) == (ours, oursMinor))
        {
            return null;
        }

        return $"the mesh is version {mesh} and this agent {agent}: install the agent of the mesh's version (silos are upgraded before agents)";
    }
}
