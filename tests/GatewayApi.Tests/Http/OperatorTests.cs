using System.Net;
using System.Text.Json;
using Aurora.GatewayApi.Tests.Fakes;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>Retries, dead letters, and what an operator does with a node.</summary>
public sealed class OperatorTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    [Fact]
    public async Task A_failed_task_goes_back_in_line()
    {
        Mesh.Tasks["task_failed"] = TaskOf("task_failed", "failed", error: "boom");
        Mesh.Tasks["task_done"] = TaskOf("task_done", "completed", result: "1");

        using var failed = await Client.PostAsync("/tasks/task_failed/retry", "");
        using var done = await Client.PostAsync("/tasks/task_done/retry", "");
        using var unknown = await Client.PostAsync("/tasks/task_nobody/retry", "");

        Assert.Equal(HttpStatusCode.OK, failed.StatusCode);
        await done.AssertProblemAsync(HttpStatusCode.Conflict);
        await unknown.AssertProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_task_that_waits_for_another_attempt_says_so()
    {
        Mesh.Tasks["task_waiting"] = TaskOf("task_waiting", "queued") with
        {
            LastError = "boom",
            NotBefore = DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_009.5),
        };

        var task = await (await Client.GetAsync("/tasks/task_waiting")).JsonAsync();

        Assert.Equal(("boom", 1_700_000_009.5), (task.GetProperty("last_error").GetString(), task.GetProperty("not_before").GetDouble()));
        Assert.False(task.TryGetProperty("error", out _));
    }

    [Fact]
    public async Task Dead_letters_are_paged()
    {
        foreach (var id in new[] { "task_a", "task_b", "task_c" })
        {
            Mesh.Tasks[id] = TaskOf(id, "failed", error: "boom");
            Mesh.Completed.Add(Mesh.Tasks[id]);
        }

        var page = await (await Client.GetAsync("/tasks/dead?limit=2")).JsonAsync();
        var last = await (await Client.GetAsync("/tasks/dead?limit=5&cursor=task_b")).JsonAsync();

        Assert.Equal(2, page.GetProperty("tasks").GetArrayLength());
        Assert.Equal("task_b", page.GetProperty("next_cursor").GetString());
        Assert.Equal(JsonValueKind.Null, last.GetProperty("next_cursor").ValueKind);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=many", "limit")]
    [InlineData("cursor=task_nobody", "cursor")]
    public async Task A_bad_page_is_refused(string query, string field)
    {
        using var response = await Client.GetAsync("/tasks/dead?" + query);

        var problem = await response.AssertProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _));
    }

    [Theory]
    [InlineData("cordon", true, null)]
    [InlineData("uncordon", false, null)]
    [InlineData("drain", true, 600.0)]
    [InlineData("drain?deadline=2h", true, 7200.0)]
    [InlineData("drain?deadline=0", true, 0.0)]
    public async Task A_node_is_closed_emptied_and_opened(string what, bool cordoned, double? drainSeconds)
    {
        Mesh.Mesh = new MeshView(
            [new NodeStatusView("node-1", "active", [], [], [], 0, 0, DateTimeOffset.UnixEpoch, 0, 1, [], "{}", "orleans")], 0, 0, 0);

        using var response = await Client.PostAsync($"/mesh/nodes/node-1/{what}", "");

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.True(Mesh.Cordons.TryDequeue(out var call));
        TimeSpan? drainFor = drainSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        Assert.Equal(("node-1", cordoned, drainFor), call);
    }

    [Fact]
    public async Task A_node_that_never_joined_and_a_deadline_that_is_none_are_refused()
    {
        using var unknown = await Client.PostAsync("/mesh/nodes/nobody/cordon", "");
        using var never = await Client.PostAsync("/mesh/nodes/nobody/drain?deadline=forever", "");

        await unknown.AssertProblemAsync(HttpStatusCode.NotFound);
        await never.AssertProblemAsync(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task The_attempts_of_a_task_are_bounded()
    {
        using var good = await Client.PostAsync("/tasks/submit", """{"task_type":"test","max_attempts":7}""");
        using var bad = await Client.PostAsync("/tasks/submit", """{"task_type":"test","max_attempts":0}""");

        Assert.Equal(7, Assert.Single(Mesh.Submitted).Value.MaxAttempts);
        var problem = await bad.AssertProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.True(problem.GetProperty("errors").TryGetProperty("max_attempts", out _));
    }
}
