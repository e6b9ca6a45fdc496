using System.Runtime.Versioning;
using Aurora.NodeAgent.Executors.Scripts;

namespace Aurora.NodeAgent.Tests.Executors;

public sealed class ScriptPolicyTests : IDisposable
{
    private readonly ScriptNode _node = new(ScriptPolicy.AllowList);

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task Nothing_runs_and_nothing_is_announced_unless_the_operator_says_so()
    {
        _node.Write("scripts/a.sh", "exit 0");
        _node.Options = _node.Options with { Policy = ScriptPolicy.Off };

        Assert.Empty(await _node.Executor().GetTaskTypesAsync(default));
        Assert.Contains("AURORA_ALLOW_SCRIPTS", (await _node.RunAsync(Attempts.Of("custom", """{"script":"a.sh"}"""))).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_node.Options.WorkDirectory));
    }

    [Theory]
    [InlineData("a.sh", "exit 0")]
    [InlineData("deep/er/a.py", "pass")]
    public async Task A_file_of_the_scripts_directory_runs(string name, string content)
    {
        _node.Write("scripts/" + name, content);

        Assert.Null((await _node.RunAsync(Attempts.Of("training", $$"""{"script":"{{name}}"}"""))).Error);
        Assert.Equal(["training", "custom"], await _node.Executor().GetTaskTypesAsync(default));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_file_without_an_extension_runs_where_it_is_executable_only()
    {
        var path = _node.Write("scripts/tool", "#!/bin/sh\nexit 0\n");
        Assert.Contains("executable", (await _node.RunAsync(Attempts.Of("custom", """{"script":"tool"}"""))).Error, StringComparison.Ordinal);

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Assert.Null((await _node.RunAsync(Attempts.Of("custom", """{"script":"tool"}"""))).Error);
    }

    [Theory]
    [InlineData("../secret.sh")]
    [InlineData("sub/../../secret.sh")]
    [InlineData("..\\secret.sh")]
    [InlineData("./a.sh")]
    [InlineData("DATA/secret.sh")]
    [InlineData("link.sh")]
    [InlineData("linked/secret.sh")]
    [InlineData("circle.sh")]
    [InlineData("a.sh\u0000")]
    [InlineData("missing.sh")]
    [InlineData("sub")]
    [InlineData("a.sh; touch pwned")]
    [InlineData("..")]
    public async Task Nothing_outside_the_scripts_directory_can_be_named(string name)
    {
        _node.Write("secret.sh", "exit 0");
        _node.Write("scripts/a.sh", "exit 0");
        _node.Write("scripts/sub/b.sh", "exit 0");
        var scripts = _node.Options.ScriptsDirectory;
        File.CreateSymbolicLink(Path.Combine(scripts, "link.sh"), "../secret.sh");
        File.CreateSymbolicLink(Path.Combine(scripts, "circle.sh"), "circle.sh");
        Directory.CreateSymbolicLink(Path.Combine(scripts, "linked"), _node.DataPath);
        var body = new System.Text.Json.Nodes.JsonObject { ["script"] = name.Replace("DATA", _node.DataPath, StringComparison.Ordinal) };

        var outcome = await _node.RunAsync(Attempts.Of("custom", body.ToJsonString()));

        Assert.Equal("`script` does not name a file inside the scripts directory of the node", outcome.Error);
        Assert.False(Directory.Exists(_node.Options.WorkDirectory));
    }

    [Fact]
    public async Task A_link_that_stays_inside_runs_and_so_does_a_scripts_directory_that_is_a_link()
    {
        _node.Write("scripts/sub/b.sh", "exit 0");
        File.CreateSymbolicLink(Path.Combine(_node.Options.ScriptsDirectory, "b.sh"), "sub/b.sh");
        var alias = Path.Combine(_node.DataPath, "alias");
        Directory.CreateSymbolicLink(alias, _node.Options.ScriptsDirectory);
        _node.Options = _node.Options with { ScriptsDirectory = alias };

        Assert.Null((await _node.RunAsync(Attempts.Of("custom", """{"script":"b.sh"}"""))).Error);
    }

    [Theory]
    [InlineData("AllowList", "bash", "AURORA_ALLOW_SCRIPTS is not any")]
    [InlineData("Any", "perl", "`interpreter` must be python3 or bash")]
    [InlineData("Any", null, "`interpreter` must be python3 or bash")]
    public async Task Source_text_needs_the_widest_policy_and_a_known_interpreter(string policy, string? interpreter, string expected)
    {
        _node.Options = _node.Options with { Policy = Enum.Parse<ScriptPolicy>(policy) };
        var outcome = await _node.RunAsync(ScriptNode.Source(interpreter!, "exit 0"));

        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"script":"a.sh","args":"x"}""", "`args` must be a list of strings")]
    [InlineData("""{"script":"a.sh","args":[1]}""", "`args` must be a list of strings")]
    [InlineData("""{"script":"a.sh","timeout_s":100000}""", "`timeout_s` must be a number from 0.001 to 86400")]
    [InlineData("{}", "`script` must name a file in the scripts directory of the node")]
    public async Task Members_that_make_no_sense_fail_the_task(string body, string expected)
    {
        _node.Write("scripts/a.sh", "exit 0");

        Assert.Equal(expected, (await _node.RunAsync(Attempts.Of("custom", body))).Error);
    }

    [Fact]
    public async Task An_interpreter_that_the_node_lacks_is_named()
    {
        _node.Write("scripts/a.py", "pass");
        _node.Options = _node.Options with { SearchPath = "relative:" + _node.DataPath };

        Assert.Equal("python3 is not on the PATH of this node", (await _node.RunAsync(Attempts.Of("custom", """{"script":"a.py"}"""))).Error);
    }
}
