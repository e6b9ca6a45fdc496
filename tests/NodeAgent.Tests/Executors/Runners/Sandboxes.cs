using Aurora.NodeAgent.Executors.Scripts.Runners;

namespace Aurora.NodeAgent.Tests.Executors.Runners;

/// <summary>Runners as an agent of the test's own user would have them.</summary>
internal static class Sandboxes
{
    public static RunnerOptions Options => new()
    {
        User = Environment.IsPrivilegedProcess ? UnixUser.Nobody : UnixUser.Current,
        ChangesUser = Environment.IsPrivilegedProcess,
    };

    /// <summary>Has the node run scripts this way, and fails with the reason where this machine cannot.</summary>
    public static async Task UseAsync(ScriptNode node, string kind, Func<RunnerOptions, RunnerOptions>? change = null)
    {
        var options = Options with { Kind = Enum.Parse<ScriptRunnerKind>(kind) };
        node.Options = node.Options with { Runner = change is null ? options : change(options) };
        if (options.Kind == ScriptRunnerKind.Bubblewrap)
        {
            var outcome = await node.RunAsync(ScriptNode.Source("bash", "exit 0"));
            Assert.True(outcome.Error is null, $"This test needs bubblewrap (apt-get install bubblewrap) and user namespaces: {outcome.Error}");
        }
    }
}
