using Aurora.NodeAgent.Executors;
using Aurora.NodeAgent.Executors.Scripts;
using Aurora.NodeAgent.Executors.Scripts.Runners;
using Microsoft.Extensions.Configuration;

namespace Aurora.NodeAgent.Tests.Executors;

public sealed class ExecutorOptionsTests
{
    [Fact]
    public void An_empty_environment_gives_the_documented_defaults()
    {
        var options = Read([]);

        Assert.Equal(Environment.MachineName, options.NodeName);
        Assert.Equal(
            ["http://127.0.0.1:11434", "http://127.0.0.1:8000", "http://127.0.0.1:8080", "http://127.0.0.1:1234"],
            options.Backends.Addresses.Select(address => address.ToString()));
        Assert.Equal(TimeSpan.FromSeconds(15), options.Backends.ProbeInterval);
        Assert.Equal(TimeSpan.FromMinutes(10), options.Backends.TimeLimit);
        Assert.Equal(ScriptPolicy.Off, options.Scripts.Policy);
        Assert.Equal(TimeSpan.FromHours(1), options.Scripts.TimeLimit);
        Assert.Equal(TimeSpan.FromDays(1), options.Scripts.TimeLimitMax);
        Assert.Equal(TimeSpan.FromSeconds(5), options.Scripts.KillGrace);
        Assert.Equal(TimeSpan.FromDays(7), options.Scripts.OutputRetention);
        Assert.Equal(64 * 1024, options.Scripts.OutputTailBytes);
        Assert.Equal(1024, options.TestMemoryMbMax);
        Assert.Equal((ScriptRunnerKind.Auto, false, 4096), (options.Scripts.Runner.Kind, options.Scripts.Runner.HasNetwork, options.Scripts.Runner.ProcessesMax));
    }

    [Theory]
    [InlineData("1000", 1000u, 1000u)]
    [InlineData("1000:50", 1000u, 50u)]
    [InlineData("0", null, null)]
    [InlineData("0:0", null, null)]
    [InlineData("root", null, null)]
    [InlineData("1:2:3", null, null)]
    public void The_user_of_scripts_is_a_number_and_not_root(string text, uint? id, uint? group)
    {
        var isRead = UnixUser.TryParse(text, out var user);

        Assert.Equal((id is not null, id ?? 0, group ?? 0), (isRead, user.Id, user.Group));
    }

    [Fact]
    public void Everything_lives_in_the_data_directory_unless_it_is_said_otherwise()
    {
        var data = Path.GetFullPath("/srv/aurora");

        var options = Read(new() { ["AURORA_DATA_DIR"] = "/srv/aurora" });

        Assert.Equal(Path.Combine(data, "scripts"), options.Scripts.ScriptsDirectory);
        Assert.Equal(Path.Combine(data, "work"), options.Scripts.WorkDirectory);
        Assert.Equal(Path.GetFullPath("/opt/s"), Read(new() { ["AURORA_SCRIPTS_DIR"] = "/opt/s" }).Scripts.ScriptsDirectory);
        Assert.EndsWith("aurora", DataDirectory.Resolve(" "), StringComparison.Ordinal);
        Assert.True(Path.IsPathFullyQualified(DataDirectory.Resolve(null)));
    }

    [Theory]
    [InlineData("off", "")]
    [InlineData("http://a:1, http://b:2/v1/", "http://a:1 http://b:2")]
    [InlineData("""["http://a:1/v1",{"url":"https://b/inference","api_key":"secret"}]""", "http://a:1 https://b/inference")]
    public void Backends_are_named_by_a_list_in_either_form(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', Read(new() { ["AURORA_BACKENDS"] = text }).Backends.Addresses));

    [Theory]
    [InlineData("AURORA_BACKENDS", "ftp://a")]
    [InlineData("AURORA_BACKENDS", "[1]")]
    [InlineData("AURORA_BACKENDS", "[")]
    [InlineData("AURORA_ALLOW_SCRIPTS", "yes")]
    [InlineData("AURORA_SCRIPT_TIMEOUT_S", "0")]
    [InlineData("AURORA_SCRIPT_GRACE_S", "NaN")]
    [InlineData("AURORA_BACKEND_PROBE_S", "soon")]
    [InlineData("AURORA_SCRIPT_RUNNER", "vm")]
    [InlineData("AURORA_SCRIPT_NETWORK", "bridge")]
    [InlineData("AURORA_SCRIPT_READ_DIRS", "/data:relative")]
    [InlineData("AURORA_SCRIPT_PROCESSES_MAX", "0")]
    [InlineData("AURORA_SCRIPT_MEMORY_MB_MAX", "all")]
    public void A_value_that_cannot_be_meant_stops_the_agent_and_is_named(string name, string value)
    {
        var exception = Assert.Throws<InvalidOperationException>(() => Read(new() { [name] = value }));

        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
    }

    private static ExecutorOptions Read(Dictionary<string, string?> environment) =>
        ExecutorOptions.FromEnvironment(new ConfigurationBuilder().AddInMemoryCollection(environment).Build());
}
