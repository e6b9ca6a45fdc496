using System.Net;
using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.EndToEnd.Tests;

/// <summary>Hostile requests get a clear refusal, and leave no trace.</summary>
public sealed class BadInputTests(SharedMesh mesh) : IClassFixture<SharedMesh>
{
    /// <summary>The body, the status it deserves, and what the refusal must name.</summary>
    public static TheoryData<string, int, string> Bodies => new()
    {
        { "", 400, "" },
        { "{", 400, "" },
        { "not json", 400, "" },
        { """{"task_type":"test"} trailing""", 400, "" },
        { "[]", 422, "" },
        { "null", 422, "" },
        { "{}", 422, "task_type" },
        { """{"task_type":""}""", 422, "task_type" },
        { """{"task_type":7}""", 422, "task_type" },
        { """{"task_type":"mine_bitcoin"}""", 422, "llm_inference" },
        { """{"task_type":"test","priority":11}""", 422, "priority" },
        { """{"task_type":"test","priority":-1}""", 422, "priority" },
        { """{"task_type":"test","priority":2.5}""", 422, "priority" },
        { """{"task_type":"test","priority":"high"}""", 422, "priority" },
        { """{"task_type":"test","priority":1e400}""", 422, "priority" },
        { """{"task_type":"test","requirements":[]}""", 422, "requirements" },
        { """{"task_type":"test","requirements":"big"}""", 422, "requirements" },
        { """{"task_type":"test","requirements":{"memory_gb":-1}}""", 422, "memory_gb" },
        { """{"task_type":"test","requirements":{"memory_gb":1e300}}""", 422, "memory_gb" },
        { """{"task_type":"test","requirements":{"memory_gb":"24"}}""", 422, "memory_gb" },
        { """{"task_type":"test","requirements":{"gpu_count":-2}}""", 422, "gpu_count" },
        { """{"task_type":"test","requirements":{"gpu_count":0.5}}""", 422, "gpu_count" },
        { """{"task_type":"test","requirements":{"gpu_count":1000000}}""", 422, "gpu_count" },
        { """{"task_type":"test","requirements":{"gpu_type":5}}""", 422, "gpu_type" },
        { """{"task_type":"test","requirements":{"gpu_type":" "}}""", 422, "gpu_type" },
        { """{"task_type":"custom"}""", 422, "script" },
        { """{"task_type":"test","payload":"\ud800"}""", 422, "payload" },
        { """{"task_type":"test","payload":"\u0000"}""", 422, "payload" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_bad_body_is_refused_by_name_and_nothing_is_enqueued(string body, int status, string named)
    {
        var (answered, problem) = await mesh.Client.SendAsync(HttpMethod.Post, "tasks/submit", body);

        Assert.True((int)answered == status, $"{body} answered {(int)answered}, expected {status}: {problem}");
        Assert.Contains(named, problem, StringComparison.Ordinal);
        Assert.Equal(status, JsonNode.Parse(problem)!.Number("status"));
        await NothingIsEnqueuedAsync();
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/xml")]
    [InlineData("")]
    public async Task Another_media_type_is_refused(string mediaType)
    {
        var (answered, _) = await mesh.Client.SendAsync(HttpMethod.Post, "tasks/submit", """{"task_type":"test"}""", mediaType);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answered);
        await NothingIsEnqueuedAsync();
    }

    [Fact]
    public async Task A_body_without_measure_is_refused()
    {
        var (large, _) = await mesh.Client.SendAsync(HttpMethod.Post, "tasks/submit", $$"""{"task_type":"test","payload":"{{new string('x', 2 << 20)}}"}""");
        var (deep, _) = await mesh.Client.SendAsync(HttpMethod.Post, "tasks/submit", $$"""{"task_type":"test","payload":{{new string('[', 10_000)}}{{new string(']', 10_000)}}}""");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large);
        Assert.InRange((int)deep, 400, 422);
        await NothingIsEnqueuedAsync();
    }

    [Fact]
    public async Task One_bad_task_refuses_its_whole_batch()
    {
        var (answered, problem) = await mesh.Client.SendAsync(
            HttpMethod.Post, "tasks/batch", """[{"task_type":"test"},{"task_type":"test","priority":99},{"task_type":"test"}]""");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answered);
        Assert.Contains("tasks[1].priority", problem, StringComparison.Ordinal);
        await NothingIsEnqueuedAsync();
    }

    [Theory]
    [InlineData("GET", "tasks/task_that_never_was", 404)]
    [InlineData("DELETE", "tasks/task_that_never_was", 404)]
    [InlineData("GET", "tasks/task_that_never_was/explain", 404)]
    [InlineData("GET", "tasks/task_x?wait=never", 422)]
    [InlineData("GET", "no/such/path", 404)]
    [InlineData("PUT", "tasks/submit", 405)]
    [InlineData("GET", "ws/no-websocket", 426)]
    public async Task A_wrong_request_is_told_so(string method, string path, int status)
    {
        var (answered, body) = await mesh.Client.SendAsync(HttpMethod.Parse(method), path);

        Assert.True((int)answered == status, $"{method} /{path} answered {(int)answered}, expected {status}: {body}");
    }

    private async Task NothingIsEnqueuedAsync()
    {
        var status = await mesh.Client.StatusAsync();
        Assert.Equal((0, 0, 0), (status.Number("queued_tasks"), status.Number("active_tasks"), status.Number("completed_tasks")));
        Assert.Empty((await mesh.Client.GetAsync("tasks/active")).Object("tasks"));
    }
}
