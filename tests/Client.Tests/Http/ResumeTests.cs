using Aurora.Client.Http;

namespace Aurora.Client.Tests.Http;

/// <summary>Streams whose gateway dies, falls silent, or is asked again elsewhere.</summary>
public sealed class ResumeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watch_goes_on_at_the_next_gateway_after_the_last_event_that_came()
    {
        using var gateways = new StreamingGateways(
            ("id: 7\nevent: task.submitted\ndata: {\"at\":1,\"task_id\":\"t\"}\n\n", StreamEnd.Broken),
            ("id: 8\nevent: task.completed\ndata: {\"at\":2,\"task_id\":\"t\"}\n\nevent: end\ndata: {}\n\n", StreamEnd.Open));
        using var mesh = Mesh(gateways);

        var events = await mesh.WatchAsync("t", cancellationToken: Cancellation).ToListAsync(Cancellation);

        Assert.Equal(["task.submitted", "task.completed"], events.Select(happened => happened.Kind));
        Assert.Equal([("a", null), ("b", "7")], gateways.Calls);
    }

    [Fact]
    public async Task A_position_without_an_event_counts_too()
    {
        using var gateways = new StreamingGateways(
            ("id: default:3,train:9\n\n", StreamEnd.Early),
            ("id: default:4,train:9\nevent: node.joined\ndata: {\"at\":1,\"node\":\"n\"}\n\n", StreamEnd.Open));
        using var mesh = Mesh(gateways);

        await foreach (var happened in mesh.WatchMeshAsync(recent: 5, cancellationToken: Cancellation))
        {
            Assert.Equal(("node.joined", "n", "default:4,train:9"), (happened.Kind, happened.NodeId, happened.Position));
            break;
        }

        Assert.Equal([("a", null), ("b", "default:3,train:9")], gateways.Calls);
    }

    [Fact]
    public async Task A_gateway_that_falls_silent_is_taken_for_dead()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        using var gateways = new StreamingGateways(
            ("id: 1\nevent: task.submitted\ndata: {\"at\":1}\n\n", StreamEnd.Open),
            ("id: 2\nevent: task.cancelled\ndata: {\"at\":1}\n\nevent: end\ndata: {}\n\n", StreamEnd.Open));
        using var mesh = Mesh(gateways, time);

        await using var events = mesh.WatchAsync("t", cancellationToken: Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await events.MoveNextAsync());
        var next = events.MoveNextAsync();
        time.Advance(TimeSpan.FromSeconds(44));
        Assert.Single(gateways.Calls);
        while (!next.IsCompleted)
        {
            // The clock moves on for the pause before the next try too.
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True(await next);
        Assert.Equal("task.cancelled", events.Current.Kind);
        Assert.Equal([("a", null), ("b", "1")], gateways.Calls);
    }

    [Fact]
    public async Task A_stream_that_never_comes_to_anything_ends_with_the_reason()
    {
        using var gateways = new StreamingGateways(("", StreamEnd.Broken), ("", StreamEnd.Early), ("", StreamEnd.Broken));
        using var mesh = Mesh(gateways);

        var failure = await Assert.ThrowsAsync<MeshUnreachableException>(async () => await mesh.WatchAsync("t", cancellationToken: Cancellation).ToListAsync(Cancellation));

        Assert.Contains("cable cut", failure.Message, StringComparison.Ordinal);
        Assert.Equal(3, gateways.Calls.Count);
    }

    [Fact]
    public async Task A_log_goes_on_after_the_last_piece_that_came()
    {
        using var gateways = new StreamingGateways(
            ("id: 17592186044416\nevent: stdout\ndata: {\"attempt\":1,\"text\":\"a\"}\n\n", StreamEnd.Broken),
            ("id: 17592186044417\nevent: progress\ndata: {\"progress\":0.5}\n\nevent: end\ndata: {}\n\n", StreamEnd.Open));
        using var mesh = Mesh(gateways);

        var log = await mesh.ReadLogsAsync("t", follow: true, cancellationToken: Cancellation).ToListAsync(Cancellation);

        Assert.Equal(
            [new TaskOutput(17592186044416, 1, TaskOutputKind.Stdout, "a"), new TaskOutput(17592186044417, 1, TaskOutputKind.Progress, "{\"progress\":0.5}")], log);
        Assert.Equal([("a", null), ("b", "17592186044416")], gateways.Calls);
    }

    [Fact]
    public async Task Results_of_a_group_that_break_off_are_told_once()
    {
        const string First = "{\"index\":0,\"task_id\":\"t-0\",\"status\":\"completed\",\"result\":1}\n";
        using var gateways = new StreamingGateways(
            (First, StreamEnd.Broken), (First + "{\"index\":1,\"task_id\":\"t-1\",\"status\":\"failed\",\"error\":\"no\"}\n", StreamEnd.Early));
        using var mesh = Mesh(gateways);

        var results = await mesh.ReadGroupAsync("group_t", cancellationToken: Cancellation).ToListAsync(Cancellation);

        Assert.Equal([(0, MeshTaskStatus.Completed), (1, MeshTaskStatus.Failed)], results.Select(result => (result.Index, result.Status)));
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_not_begun_again()
    {
        using var gateways = new StreamingGateways(("data: {\"choices\":[]}\n\n", StreamEnd.Broken));
        using var mesh = Mesh(gateways);
        var request = new OpenAiRequest(OpenAiRequest.Chat, new System.Text.Json.Nodes.JsonObject { ["model"] = "m" });

        await using var pieces = mesh.StreamAsync(request, Cancellation).GetAsyncEnumerator(Cancellation);
        Assert.True(await pieces.MoveNextAsync());
        var failure = await Assert.ThrowsAsync<InferenceFailedException>(async () => await pieces.MoveNextAsync());

        Assert.Contains("cable cut", failure.Message, StringComparison.Ordinal);
        Assert.Single(gateways.Calls);
    }

    private static AuroraHttpMesh Mesh(StreamingGateways gateways, TimeProvider? time = null) => new(
        new AuroraHttpMeshOptions { Addresses = { new Uri("http://a:8001"), new Uri("http://b:8001") }, TriesMax = 3, RetryDelay = TimeSpan.FromMilliseconds(1) },
        gateways,
        time);
}
