using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.NodeAgent.Tests.Executors;

/// <summary>One-word builders.</summary>
internal static class Attempts
{
    public static AttemptAssignment Of(string type, string payload = "{}", string requirements = "{}", int[]? gpus = null, int attempt = 1) =>
        new("task_" + Guid.NewGuid().ToString("N"), attempt, type, 5, gpus ?? [], 0, requirements, payload, DateTimeOffset.UnixEpoch);
}
