using System.Text.Json.Nodes;
using Aurora.NodeAgent.Executors;
using Microsoft.Extensions.Configuration;

namespace Aurora.NodeAgent.Tests.Executors;

public sealed class TestExecutorTests
{
    private readonly TestExecutor _executor = new(
        ExecutorOptions.FromEnvironment(new ConfigurationBuilder().AddInMemoryCollection([new("NODE_NAME", "n1"), new("AURORA_TEST_MEMORY_MB_MAX", "64")]).Build()),
        TimeProvider.System);

    [Fact]
    public async Task A_task_that_asks_for_nothing_is_complete_before_the_call_returns()
    {
        var run = _executor.ExecuteAsync(Attempts.Of("test", gpus: [2]), [], CancellationToken.None);

        Assert.True(run.IsCompletedSuccessfully);
        var result = JsonNode.Parse((await run).Result!)!;
        Assert.Equal("n1", (string?)result["node"]);
        Assert.Equal(2, (int?)result["gpus"]![0]);
    }

    [Fact]
    public async Task The_payload_comes_back_as_it_is()
    {
        var outcome = await RunAsync("""{"payload":{"a":[1,"ü"]}}""");

        Assert.Equal("""{"a":[1,"ü"]}""", Echo(outcome), ignoreCase: false);
        Assert.Equal("\"x\"", Echo(await RunAsync("""{"payload":"x"}""")));
        Assert.Equal("7", Echo(await RunAsync("""{"payload":{"echo":7}}""")));
    }

    [Fact]
    public async Task A_sleep_lasts_as_long_as_the_result_says()
    {
        var outcome = await RunAsync("""{"payload":{"sleep_ms":30}}""");

        Assert.InRange((double)JsonNode.Parse(outcome.Result!)!["duration_ms"]!, 25, 30_000);
    }

    [Fact]
    public async Task A_sleep_ends_when_it_is_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var run = _executor.ExecuteAsync(Attempts.Of("test", requirements: """{"sleep":3600}"""), [], cancel.Token);

        Assert.False(run.IsCompleted);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    [Fact]
    public async Task It_fails_when_asked_to()
    {
        Assert.Equal("boom", (await RunAsync("""{"payload":{"fail":"boom"}}""")).Error);
        Assert.NotNull((await RunAsync("""{"payload":{"fail":true}}""")).Error);
        Assert.Null((await RunAsync("""{"payload":{"fail":false}}""")).Error);
    }

    [Fact]
    public async Task Memory_is_held_up_to_the_limit_of_the_node()
    {
        var held = await RunAsync("""{"payload":{"hold_memory_mb":8}}""");

        Assert.Equal(8 << 20, (int?)JsonNode.Parse(held.Result!)!["held_memory_bytes"]);
        Assert.Equal("`hold_memory_mb` must be a number from 0 to 64", (await RunAsync("""{"payload":{"hold_memory_mb":65}}""")).Error);
    }

    [Theory]
    [InlineData("""{"payload":{"sleep_ms":-1}}""")]
    [InlineData("""{"payload":{"sleep":"long"}}""")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"a":1,"a":2}""")]
    public async Task Input_that_makes_no_sense_fails_the_task(string payload) => Assert.NotNull((await RunAsync(payload)).Error);

    private Task<ExecutionOutcome> RunAsync(string payload) => _executor.ExecuteAsync(Attempts.Of("test", payload), [], CancellationToken.None);

    private static string Echo(ExecutionOutcome outcome) => JsonNode.Parse(outcome.Result!)!["echo"]!.ToJsonString(
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
