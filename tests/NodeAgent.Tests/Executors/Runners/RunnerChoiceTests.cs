using System.Runtime.Versioning;
using Aurora.NodeAgent.Executors.Scripts.Runners;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Aurora.NodeAgent.Tests.Executors.Runners;

[UnsupportedOSPlatform("windows")]
public sealed class RunnerChoiceTests : IDisposable
{
    private readonly ScriptNode node = new();

    public void Dispose() => node.Dispose();

    [Theory]
    [InlineData("Bubblewrap", null, "bubblewrap (bwrap) is not on the PATH of this node")]
    [InlineData("Container", null, "AURORA_SCRIPT_IMAGE names no image for the containers of scripts")]
    [InlineData("Container", "image", "docker is not on the PATH of this node; podman is not on the PATH of this node")]
    public async Task A_node_without_the_runner_that_it_was_told_to_use_says_so_and_offers_no_scripts(string kind, string? image, string reason)
    {
        Configure(kind, image);

        Assert.Empty(await node.Executor().GetTaskTypesAsync(default));
        var outcome = await node.RunAsync(ScriptNode.Source("bash", "touch /tmp/never"));

        Assert.Equal($"this node runs no scripts now: {reason}", outcome.Error);
        Assert.False(Directory.Exists(node.Options.WorkDirectory));
    }

    [Fact]
    public async Task A_missing_runner_is_one_line_in_the_log_and_is_found_once_it_is_there()
    {
        var engine = new EngineStandIn(node, "docker") { IsDown = true };
        var time = new FakeTimeProvider();
        var log = new LineLogger();
        Configure("Container", "image", engine.Path);
        var choice = new RunnerChoice(node.Options, time, log);

        for (var look = 0; look < 3; look++)
        {
            Assert.Null((await choice.GetAsync(default)).Runner);
            time.Advance(TimeSpan.FromMinutes(1));
        }

        engine.IsDown = false;
        Assert.Equal("docker", (await choice.GetAsync(default)).Runner?.Name);
        Assert.Equal(
            [$"This node offers no scripts (AURORA_SCRIPT_RUNNER): {engine.Path} does not answer: {engine.Path} ended with 1: Cannot connect to the daemon", "Scripts run by docker"],
            log.Lines);
    }

    [Fact]
    public async Task Unless_chosen_it_is_a_container_where_there_is_an_image_then_bubblewrap_then_a_process()
    {
        var engine = new EngineStandIn(node, "podman");

        Configure("Auto", "image", engine.Path);
        Assert.Equal("podman", await ChosenAsync());

        // Nothing is on this PATH.
        engine.IsDown = true;
        Assert.Equal("process", await ChosenAsync());

        Configure("Auto", image: null);
        node.Options = node.Options with { SearchPath = Environment.GetEnvironmentVariable("PATH")! };
        Assert.Equal("bubblewrap", await ChosenAsync());
    }

    private void Configure(string kind, string? image, string? engine = null) => node.Options = node.Options with
    {
        Runner = Sandboxes.Options with { Kind = Enum.Parse<ScriptRunnerKind>(kind), Image = image, Engine = engine },
        SearchPath = "/nowhere",
    };

    private async Task<string?> ChosenAsync() =>
        (await new RunnerChoice(node.Options, TimeProvider.System, new LineLogger()).GetAsync(default)).Runner?.Name;

    /// <summary>Keeps the lines of a log.</summary>
    private sealed class LineLogger : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
