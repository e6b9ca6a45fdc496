using System.Net;
using Aurora.GatewayApi.Tests.Fakes;
using Aurora.Grains.Interfaces.Events;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>Events as their readers get them.</summary>
public sealed class EventTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    private static readonly DateTimeOffset Then = DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000);

    private void Happens(long position, string kind, string? taskId = null, string? node = null) =>
        Mesh.Events.Enqueue(new MeshEvent(position, Then, kind, taskId, taskId is null ? 0 : 1, node, null));

    private void GivenOneTask()
    {
        Mesh.Tasks["task_1"] = TaskOf("task_1", "completed");
        Happens(1, MeshEventKinds.NodeJoined, node: "node-1");
        Happens(2, MeshEventKinds.TaskSubmitted, "task_1");
        Happens(3, MeshEventKinds.TaskSubmitted, "task_2");
        Happens(4, MeshEventKinds.TaskCompleted, "task_1", "node-1");
    }

    [Fact]
    public async Task A_tasks_events_end_with_the_task()
    {
        GivenOneTask();

        Assert.Equal(
            ":\n\n"
            + "id: 2\nevent: task.submitted\ndata: {\"at\":1700000000,\"task_id\":\"task_1\",\"attempt\":1}\n\n"
            + "id: 4\nevent: task.completed\ndata: {\"at\":1700000000,\"task_id\":\"task_1\",\"attempt\":1,\"node\":\"node-1\"}\n\n"
            + "event: end\ndata: {\"status\":\"completed\"}\n\n",
            await WholeAsync("/tasks/task_1/events"));
    }

    [Fact]
    public async Task A_reader_resumes_after_the_last_event_that_it_saw()
    {
        GivenOneTask();

        var rest = await WholeAsync("/tasks/task_1/events", "2");

        Assert.DoesNotContain("task.submitted", rest, StringComparison.Ordinal);
        Assert.Contains("id: 4\nevent: task.completed", rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_mesh_no_longer_has_is_told_from_the_stored_task()
    {
        GivenOneTask();
        Mesh.OldestEvent = 4;

        var first = await WholeAsync("/tasks/task_1/events");
        var resumed = await WholeAsync("/tasks/task_1/events", "2");

        Assert.Equal(["task.submitted", "task.started", "task.completed", "end"], NamesOf(first));
        Assert.Equal(["gap", "task.submitted", "task.started", "task.completed", "end"], NamesOf(resumed));
    }

    [Fact]
    public async Task A_running_tasks_stream_goes_on_until_the_end_comes()
    {
        Mesh.Tasks["task_1"] = TaskOf("task_1", "running");
        Happens(1, MeshEventKinds.TaskSubmitted, "task_1");
        using var reader = await OpenAsync("/tasks/task_1/events");
        Assert.Equal("task.submitted", await NextNameAsync(reader));

        Happens(2, MeshEventKinds.TaskFailed, "task_1", "node-1");

        Assert.Equal("task.failed", await NextNameAsync(reader));
        Assert.Equal("end", await NextNameAsync(reader));
    }

    [Fact]
    public async Task The_mesh_stream_begins_now_or_with_what_was_asked_for_and_tells_of_gaps()
    {
        GivenOneTask();
        using var fromNow = await OpenAsync("/mesh/events");
        using var nodesOnly = await OpenAsync("/mesh/events?recent=10&about=nodes");
        Mesh.OldestEvent = 3;
        using var late = await OpenAsync("/mesh/events", "1");
        Assert.Equal("node.joined", await NextNameAsync(nodesOnly));
        Happens(5, MeshEventKinds.NodeLost, node: "node-1");

        Assert.Equal("node.lost", await NextNameAsync(fromNow));
        Assert.Equal("node.lost", await NextNameAsync(nodesOnly));
        Assert.Equal("gap", await NextNameAsync(late));
        Assert.Equal("task.submitted", await NextNameAsync(late));
    }

    [Theory]
    [InlineData("/mesh/events?recent=1001", "recent")]
    [InlineData("/mesh/events?about=everything", "about")]
    public async Task A_query_that_cannot_be_meant_is_named(string address, string field)
    {
        var answer = await Client.GetAsync(address);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.True((await answer.JsonAsync()).GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task A_task_that_is_not_there_has_no_events() =>
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync("/tasks/task_9/events")).StatusCode);

    private static string[] NamesOf(string stream) =>
        [.. stream.Split('\n').Where(line => line.StartsWith("event: ", StringComparison.Ordinal)).Select(line => line["event: ".Length..])];

    private static async Task<string> NextNameAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                return line["event: ".Length..];
            }
        }

        return "the stream ended";
    }

    private async Task<string> WholeAsync(string address, string? lastEventId = null)
    {
        using var reader = await OpenAsync(address, lastEventId);
        return await reader.ReadToEndAsync();
    }

    private async Task<StreamReader> OpenAsync(string address, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        var answer = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        return new StreamReader(await answer.Content.ReadAsStreamAsync());
    }
}
