using System.Text.Json.Nodes;
using Aurora.NodeAgent.Executors;
using Aurora.NodeAgent.Files;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.NodeAgent.Tests.Executors;

public sealed class ExecutorSetTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task It_announces_what_every_executor_can_run_now()
    {
        await using var server = new FakeOpenAiServer().Vllm();
        await using var bare = Create("off", "off");
        await using var full = Create(server.Url, "allowlist");
        await bare.StartAsync(CancellationToken.None);
        await full.StartAsync(CancellationToken.None);

        Assert.Equal(["test"], await bare.GetTaskTypesAsync(CancellationToken.None));
        Assert.Equal(["test", "llm_inference", "embeddings", "training", "custom"], await full.GetTaskTypesAsync(CancellationToken.None));
        Assert.Equal(["meta-llama/Llama-3.1-8B"], (IReadOnlyList<string>)full.Facts["models_loaded"]);
        Assert.Equal(["meta-llama/Llama-3.1-8B"], (IReadOnlyList<string>)full.Facts["models_available"]);
        Assert.Equal(["vllm"], (IReadOnlyList<string>)full.Facts["backends"]);
    }

    [Fact]
    public async Task Each_type_goes_to_its_executor_and_an_unknown_one_fails()
    {
        await using var set = Create("off", "off");

        Assert.Equal("n1", (string?)JsonNode.Parse((await RunAsync(set, "test")).Result!)!["node"]);
        Assert.Contains("AURORA_ALLOW_SCRIPTS", (await RunAsync(set, "custom")).Error, StringComparison.Ordinal);
        Assert.Contains("`payload`", (await RunAsync(set, "llm_inference")).Error, StringComparison.Ordinal);
        Assert.Contains("does not know the task type `render`", (await RunAsync(set, "render")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_executor_that_breaks_fails_the_attempt_only()
    {
        _data.Write("work", "a file where the directory should be");
        _data.Write("scripts/a.sh", "exit 0");
        await using var set = Create("off", "allowlist");

        var outcome = await set.ExecuteAsync(Attempts.Of("custom", """{"script":"a.sh"}"""), [], CancellationToken.None);

        Assert.StartsWith("the node could not run the task", outcome.Error, StringComparison.Ordinal);
    }

    private static Task<ExecutionOutcome> RunAsync(ExecutorSet set, string type) => set.ExecuteAsync(Attempts.Of(type), [], CancellationToken.None);

    private ExecutorSet Create(string backends, string scripts) => new(
        ExecutorOptions.FromEnvironment(new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("NODE_NAME", "n1"), new("AURORA_DATA_DIR", _data.Path), new("AURORA_BACKENDS", backends), new("AURORA_ALLOW_SCRIPTS", scripts),
        ]).Build()),
        NoTaskFiles.Instance,
        TimeProvider.System,
        NullLoggerFactory.Instance);
}
