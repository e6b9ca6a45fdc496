using System.Net;
using Aurora.GatewayApi.Tests.Fakes;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>The files of the web console, and the listings that it alone would have no bounds for.</summary>
public sealed class ConsoleTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    [Fact]
    public async Task A_browser_is_led_from_the_root_to_the_console_and_a_program_is_not()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Accept.ParseAdd("text/html");

        var page = await Client.SendAsync(request);

        Assert.Equal((HttpStatusCode.Found, "ui"), (page.StatusCode, page.Headers.Location!.OriginalString));
        Assert.Equal("text/html", (await Client.GetAsync("/ui")).Content.Headers.ContentType!.MediaType);
        Assert.Equal("application/json", (await Client.GetAsync("/")).Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Every_file_that_a_page_names_is_served_and_nothing_comes_from_elsewhere()
    {
        var page = await Client.GetStringAsync("/ui");
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);

        foreach (var name in new[] { "console.js", "console.css", "icon.svg", "dom.js", "feed.js" })
        {
            using var file = await Client.GetAsync($"/ui/{name}");

            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
            Assert.Equal("nosniff", file.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.StartsWith("default-src 'none'; script-src 'self';", file.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            using var again = new HttpRequestMessage(HttpMethod.Get, $"/ui/{name}");
            again.Headers.IfNoneMatch.Add(file.Headers.ETag!);
            Assert.Equal(HttpStatusCode.NotModified, (await Client.SendAsync(again)).StatusCode);
        }
    }

    [Theory]
    [InlineData("/ui/nothing.js")]
    [InlineData("/ui/..%2fappsettings.json")]
    public async Task What_is_no_file_of_the_console_is_not_found(string path) =>
        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync(path)).StatusCode);

    [Fact]
    public async Task The_head_of_the_queue_says_what_each_task_waits_for()
    {
        foreach (var (number, priority) in new[] { (1, 5), (2, 9), (3, 5) })
        {
            Mesh.Queue.Add(new QueuedTaskView($"task_{number}", "test", priority, 5.5, DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000), "it waits"));
        }

        Assert.Equal(
            """{"queued":3,"by_priority":[{"priority":9,"queued":1},{"priority":5,"queued":2}],"tasks":[{"task_id":"task_1","task_type":"test","priority":5,"effective_priority":5.5,"submitted_at":1700000000,"reason":"it waits","pool":"default"}]}""",
            await Client.GetStringAsync("/mesh/queue?limit=1"));
        await (await Client.GetAsync("/mesh/queue?limit=0")).AssertProblemAsync(HttpStatusCode.UnprocessableEntity);
        await (await Client.GetAsync("/mesh/queue?limit=1001")).AssertProblemAsync(HttpStatusCode.UnprocessableEntity);
    }

    [Theory]
    [InlineData("priority=9", "task_2")]
    [InlineData("max_priority=5", "task_1 task_3 task_4")]
    [InlineData("min_priority=1&max_priority=5", "task_1 task_3")]
    [InlineData("min_priority=0", "task_1 task_2 task_3 task_4")]
    public async Task The_head_of_the_queue_is_read_by_priority(string query, string ids)
    {
        foreach (var (number, priority) in new[] { (1, 5), (2, 9), (3, 5), (4, 0) })
        {
            Mesh.Queue.Add(new QueuedTaskView($"task_{number}", "test", priority, 5.5, DateTimeOffset.UnixEpoch, "it waits"));
        }

        var queue = await (await Client.GetAsync("/mesh/queue?" + query)).JsonAsync();

        Assert.Equal(ids, string.Join(' ', queue.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("task_id").GetString())));
        Assert.Equal((4, 3), (queue.GetProperty("queued").GetInt32(), queue.GetProperty("by_priority").GetArrayLength()));
    }

    [Theory]
    [InlineData("priority=11", "priority")]
    [InlineData("priority=", "priority")]
    [InlineData("priority=1&priority=2", "priority")]
    [InlineData("min_priority=-1", "min_priority")]
    [InlineData("min_priority=6&max_priority=5", "max_priority")]
    [InlineData("priority=5&max_priority=6", "priority")]
    [InlineData("limit=", "limit")]
    public async Task A_priority_of_the_queue_that_cannot_be_meant_is_refused_by_name(string query, string field)
    {
        var answer = await Client.GetAsync("/mesh/queue?" + query);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal([field], (await answer.JsonAsync()).GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Fact]
    public async Task The_tasks_of_a_node_are_listed()
    {
        Assert.Equal(
            """{"tasks":[{"task_id":"task_1","task_type":"test","priority":5,"attempt":1,"gpus":[0],"submitted_at":1700000000}]}""",
            await Client.GetStringAsync("/mesh/nodes/node-1/tasks"));
        Assert.Equal("""{"tasks":[]}""", await Client.GetStringAsync("/mesh/nodes/nobody/tasks"));
    }

    [Fact]
    public async Task Active_tasks_are_paged()
    {
        foreach (var number in Enumerable.Range(1, 5))
        {
            Mesh.Active.Add(TaskOf($"task_{number}", "running"));
        }

        Assert.Equal(["task_1", "task_2"], await IdsAsync("?limit=2"));
        Assert.Equal(["task_3", "task_4"], await IdsAsync("?limit=2&after=task_2"));
        Assert.Equal(["task_1", "task_2", "task_3", "task_4", "task_5"], await IdsAsync(""));
        await (await Client.GetAsync("/tasks/active?limit=none")).AssertProblemAsync(HttpStatusCode.UnprocessableEntity);

        async Task<string[]> IdsAsync(string query) =>
            [.. (await (await Client.GetAsync("/tasks/active" + query)).JsonAsync()).GetProperty("tasks").EnumerateObject().Select(task => task.Name)];
    }
}
