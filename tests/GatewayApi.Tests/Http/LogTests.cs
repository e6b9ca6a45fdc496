using System.Net;
using Aurora.GatewayApi.Tests.Fakes;
using Aurora.Grains.Interfaces.Output;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>What a task writes, as its readers get it.</summary>
public sealed class LogTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    private static long At(int attempt, long number) => OutputPosition.Of(attempt, number);

    private void Given(string status)
    {
        Mesh.Tasks["task_1"] = TaskOf("task_1", status);
        Mesh.Logs["task_1"] =
        [
            new OutputItem(At(1, 0), OutputKind.Stdout, "\e[1mone\e[0m\n"),
            new OutputItem(At(1, 1), OutputKind.Progress, "{\"progress\":0.5,\n\"step\":2}"),
            new OutputItem(At(2, 0), OutputKind.Stderr, "two\n"),
        ];
    }

    [Fact]
    public async Task Plain_text_is_what_the_script_wrote_and_no_browser_takes_it_for_a_page()
    {
        Given("running");

        var answer = await Client.GetAsync("/tasks/task_1/logs");

        Assert.Equal("text/plain; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("\e[1mone\e[0m\ntwo\n", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Events_carry_their_position_and_a_reader_resumes_after_the_last_one_it_saw()
    {
        Given("completed");

        var whole = await EventsAsync("/tasks/task_1/logs?follow=true");

        Assert.Equal(
            ":\n\n"
            + $"id: {At(1, 0)}\nevent: stdout\ndata: {{\"attempt\":1,\"text\":\"\\u001B[1mone\\u001B[0m\\n\"}}\n\n"
            + $"id: {At(1, 1)}\nevent: progress\ndata: {{\"progress\":0.5, \"step\":2}}\n\n"
            + $"id: {At(2, 0)}\nevent: stderr\ndata: {{\"attempt\":2,\"text\":\"two\\n\"}}\n\n"
            + "event: end\ndata: {\"status\":\"completed\"}\n\n",
            whole);
        Assert.StartsWith($":\n\nid: {At(2, 0)}\n", await EventsAsync("/tasks/task_1/logs?follow=true", lastEventId: $"{At(1, 1)}"), StringComparison.Ordinal);
        Assert.StartsWith($":\n\nid: {At(1, 1)}\n", await EventsAsync($"/tasks/task_1/logs?from={At(1, 1)}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Following_goes_on_until_the_task_has_ended()
    {
        Given("running");
        var end = new TaskCompletionSource<TaskView?>();
        Mesh.Wait = _ => end.Task;
        using var answer = await Client.GetAsync("/tasks/task_1/logs?follow=true&stream=stderr", HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        Assert.Equal("two", await reader.ReadLineAsync());
        Mesh.Logs["task_1"] = [.. Mesh.Logs["task_1"], new OutputItem(At(2, 1), OutputKind.Stderr, "three\n")];
        Assert.Equal("three", await reader.ReadLineAsync());

        end.SetResult(TaskOf("task_1", "completed"));

        Assert.Null(await reader.ReadLineAsync());
    }

    [Theory]
    [InlineData("/tasks/task_1/logs?follow=yes", "follow")]
    [InlineData("/tasks/task_1/logs?stream=stdin", "stream")]
    [InlineData("/tasks/task_1/logs?from=-1", "from")]
    [InlineData("/tasks/task_1/logs?from=99999999999999999999", "from")]
    public async Task A_query_that_cannot_be_meant_is_named(string address, string field)
    {
        Given("running");

        var answer = await Client.GetAsync(address);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.True((await answer.JsonAsync()).GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task A_task_that_is_not_there_has_no_log() =>
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync("/tasks/task_2/logs?follow=true")).StatusCode);

    [Fact]
    public async Task A_running_task_shows_its_progress_and_an_ended_one_does_not()
    {
        Given("running");
        Assert.Equal(2, (await (await Client.GetAsync("/tasks/task_1")).JsonAsync()).GetProperty("progress").GetProperty("step").GetInt32());

        Given("completed");
        Assert.False((await (await Client.GetAsync("/tasks/task_1")).JsonAsync()).TryGetProperty("progress", out _));
    }

    private async Task<string> EventsAsync(string address, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        var answer = await Client.SendAsync(request);
        Assert.Equal("text/event-stream; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        return await answer.Content.ReadAsStringAsync();
    }
}
