using System.Net;
using Aurora.GatewayApi.Tests.Fakes;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>Lists of tasks by what they are.</summary>
public sealed class TaskListTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    [Fact]
    public async Task A_list_asks_the_mesh_for_what_its_address_says()
    {
        using var answer = await Client.GetAsync("/tasks?status=queued,running&status=failed&type=training&node=gpu-1&tenant=acme%20ltd&label=a=b=c&cursor=task_9&limit=7");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var (filter, cursor, limit) = Assert.Single(Mesh.Listed);
        Assert.Equal(["queued", "running", "failed"], filter.Statuses);
        Assert.Equal(("training", "gpu-1", "acme ltd", "a", "b=c"), (filter.TaskType, filter.Node, filter.Tenant, filter.LabelKey, filter.LabelValue));
        Assert.Equal(("task_9", 7), (cursor, limit));
    }

    [Fact]
    public async Task A_list_without_conditions_has_every_task_the_latest_first_page_by_page()
    {
        foreach (var number in Enumerable.Range(0, 5))
        {
            Mesh.Tasks[$"task_{number}"] = TaskOf($"task_{number}", "completed");
        }

        var ids = new List<string?>();
        string? cursor = null;
        do
        {
            var page = await (await Client.GetAsync($"/tasks?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}")).JsonAsync();
            ids.AddRange(page.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("task_id").GetString()));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);

        Assert.Equal(["task_4", "task_3", "task_2", "task_1", "task_0"], ids);
    }

    [Theory]
    [InlineData("status=", "status")]
    [InlineData("status=done", "status")]
    [InlineData("status=queued,", "status")]
    [InlineData("type=", "type")]
    [InlineData("type=a&type=b", "type")]
    [InlineData("node=", "node")]
    [InlineData("node=a%00b", "node")]
    [InlineData("tenant=%20", "tenant")]
    [InlineData("label=", "label")]
    [InlineData("label=team", "label")]
    [InlineData("label==x", "label")]
    [InlineData("cursor=17", "cursor")]
    [InlineData("before=17", "before")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("limit=ten", "limit")]
    public async Task A_bad_value_is_refused_by_the_name_of_its_parameter(string query, string field)
    {
        var problem = await (await Client.GetAsync("/tasks?" + query)).AssertProblemAsync(HttpStatusCode.UnprocessableEntity);

        Assert.Equal([field], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name));
        Assert.Empty(Mesh.Listed);
    }

    [Fact]
    public async Task Several_bad_values_are_told_at_once()
    {
        var problem = await (await Client.GetAsync("/tasks?status=done&limit=x")).AssertProblemAsync(HttpStatusCode.UnprocessableEntity);

        Assert.Equal(["limit", "status"], problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order());
    }
}
