using System.Net;
using Aurora.GatewayApi.Tests.Fakes;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>Tasks that are submitted together, and what can be asked of all of them.</summary>
public sealed class GroupTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    [Fact]
    public async Task An_array_is_one_task_many_times_each_with_its_number()
    {
        using var answer = await Client.PostAsync("/tasks/submit", """{"task_type":"test","count":3,"payload":{"part":"{index} of 3"},"args":["{index}"]}""");

        var body = await answer.JsonAsync();
        var groupId = body.GetProperty("group_id").GetString()!;
        var stem = "task_" + groupId["group_".Length..];
        Assert.Equal(
            [$"{stem}-000000", $"{stem}-000001", $"{stem}-000002"],
            body.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("task_id").GetString()));
        Assert.Equal("""{"payload":{"part":"2 of 3"},"args":["2"]}""", Mesh.Submitted[$"{stem}-000002"].Payload);
    }

    [Theory]
    [InlineData("""{"task_type":"test","count":0}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"task_type":"test","count":100001}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"task_type":"test","count":"3"}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"task_type":"nonsense","count":3}""", HttpStatusCode.UnprocessableEntity)]
    public async Task An_array_that_cannot_be_meant_submits_nothing(string body, HttpStatusCode status)
    {
        using var answer = await Client.PostAsync("/tasks/submit", body);

        await answer.AssertProblemAsync(status);
        Assert.Empty(Mesh.Submitted);
    }

    [Fact]
    public async Task An_array_has_a_size_in_all_its_tasks()
    {
        using var answer = await Client.PostAsync("/tasks/submit", $$"""{"task_type":"test","count":100000,"payload":{"text":"{{new string('x', 100_000)}}"} }""");

        await answer.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        Assert.Empty(Mesh.Submitted);
    }

    [Fact]
    public async Task An_element_of_a_batch_is_no_array()
    {
        using var answer = await Client.PostAsync("/tasks/batch", """[{"task_type":"test","count":3}]""");

        var problem = await answer.AssertProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.True(problem.GetProperty("errors").TryGetProperty("tasks[0].count", out _));
    }

    [Fact]
    public async Task A_batch_is_a_group_and_a_repeat_of_its_key_is_the_same_group()
    {
        using var first = await SubmitAsync();
        using var second = await SubmitAsync();

        Assert.Equal((await first.JsonAsync()).GetProperty("group_id").GetString(), (await second.JsonAsync()).GetProperty("group_id").GetString());

        async Task<HttpResponseMessage> SubmitAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/tasks/batch")
            {
                Content = new StringContent("""[{"task_type":"test"},{"task_type":"test"}]""", System.Text.Encoding.UTF8, "application/json"),
            };
            request.Headers.Add("Idempotency-Key", "once");
            return await Client.SendAsync(request);
        }
    }

    [Fact]
    public async Task A_group_says_how_far_it_is_and_what_came_of_each_task()
    {
        Given("completed", "failed", "running", "completed");

        Assert.Equal(
            """{"group_id":"group_g","total":4,"queued":0,"assigned":0,"running":1,"completed":2,"failed":1,"cancelled":0,"progress":0.75}""",
            await Client.GetStringAsync("/groups/group_g"));
        Assert.Equal(
            """
            {"index":0,"task_id":"task_g-000000","status":"completed","result":{"n":0}}
            {"index":1,"task_id":"task_g-000001","status":"failed","error":"boom"}
            {"index":2,"task_id":"task_g-000002","status":"running"}
            {"index":3,"task_id":"task_g-000003","status":"completed","result":{"n":3}}

            """,
            await Client.GetStringAsync("/groups/group_g/results"));
        Assert.Equal("{\"index\":1,\"task_id\":\"task_g-000001\",\"status\":\"failed\",\"error\":\"boom\"}\n", await Client.GetStringAsync("/groups/group_g/results?status=failed"));
        Assert.Equal("group_g", (await (await Client.GetAsync("/tasks/task_g-000001")).JsonAsync()).GetProperty("group_id").GetString());
    }

    [Fact]
    public async Task A_wait_ends_with_the_last_task()
    {
        Given("completed", "running");
        var waiting = Client.GetAsync("/groups/group_g?wait=60s");

        Mesh.Tasks["task_g-000001"] = TaskOf("task_g-000001", "completed");

        Assert.Equal(1, (await (await waiting).JsonAsync()).GetProperty("progress").GetDouble());
    }

    [Fact]
    public async Task What_failed_is_tried_again_together()
    {
        Given("completed", "failed", "failed");

        using var retried = await Client.PostAsync("/groups/group_g/retry", "");

        Assert.Equal("""{"retried":2}""", await retried.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task What_has_not_ended_is_cancelled_together_and_what_has_stays()
    {
        Given("completed", "running", "queued", "failed", "assigned");

        using var cancelled = await Client.DeleteAsync("/groups/group_g");
        using var again = await Client.DeleteAsync("/groups/group_g");
        using var nobody = await Client.DeleteAsync("/groups/group_none");

        Assert.Equal("""{"cancelled":3}""", await cancelled.Content.ReadAsStringAsync());
        Assert.Equal("""{"cancelled":0}""", await again.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);
        Assert.Equal(
            ["completed", "cancelled", "cancelled", "failed", "cancelled"],
            Mesh.Tasks.Values.OrderBy(task => task.TaskId, StringComparer.Ordinal).Select(task => task.Status));
    }

    [Theory]
    [InlineData("/groups/group_none", HttpStatusCode.NotFound)]
    [InlineData("/groups/nonsense/results", HttpStatusCode.NotFound)]
    [InlineData("/groups/group_g?wait=soon", HttpStatusCode.UnprocessableEntity)]
    [InlineData("/groups/group_g/results?status=good", HttpStatusCode.UnprocessableEntity)]
    public async Task A_question_that_cannot_be_answered_says_why(string path, HttpStatusCode status)
    {
        Given("completed");

        using var answer = await Client.GetAsync(path);

        await answer.AssertProblemAsync(status);
    }

    private void Given(params string[] statuses)
    {
        for (var i = 0; i < statuses.Length; i++)
        {
            var id = $"task_g-{i:D6}";
            Mesh.Tasks[id] = TaskOf(id, statuses[i], statuses[i] == "completed" ? $$"""{"n":{{i}}}""" : null, statuses[i] == "failed" ? "boom" : null);
        }
    }
}
