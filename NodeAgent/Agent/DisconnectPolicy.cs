using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Executors;

namespace Aurora.NodeAgent.Agent;

/// <summary>What becomes of an attempt while the mesh is silent: <c>on_disconnect</c> of a task, or else of the node.</summary>
internal static class DisconnectPolicy
{
    public const string Member = DisconnectLease.Member;

    /// <summary>How long a node may hear nothing of the mesh before it ends attempts that do not outlive the connection.</summary>
    public static readonly TimeSpan Patience = DisconnectLease.Patience;

    /// <summary>Whether the attempt ends with the lease; null, where the task says something else than kill or continue.</summary>
    public static bool? EndsWithLease(AttemptAssignment attempt, bool otherwise)
    {
        if (!attempt.Payload.Contains(Member, StringComparison.Ordinal) && !attempt.Requirements.Contains(Member, StringComparison.Ordinal))
        {
            return otherwise;
        }

        return !TaskInput.TryParse(attempt, out var input, out _) || input.Find(Member) is null ? otherwise : input.FindText(Member) switch
        {
            DisconnectLease.Kill => true,
            "continue" => false,
            _ => null,
        };
    }
}
