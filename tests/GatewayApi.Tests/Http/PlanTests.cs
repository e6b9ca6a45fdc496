using System.Net;
using Aurora.GatewayApi.Tests.Fakes;

namespace Aurora.GatewayApi.Tests.Http;

public sealed class PlanTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    [Theory]
    [InlineData("""{"task_type":"test"}""", "assigned")]
    [InlineData("""[{"task_type":"test"},{"task_type":"training"}]""", "assigned", "queued")]
    [InlineData("""{"tasks":[{"task_type":"training"},{"task_type":"test"}]}""", "queued", "assigned")]
    [InlineData("""{"payload":{"tasks":[]},"task_type":"test"}""", "assigned")]
    public async Task One_task_or_many_are_planned_and_none_is_submitted(string body, params string[] statuses)
    {
        using var response = await Client.PostAsync("/tasks/plan", body);

        var answer = await response.JsonAsync();
        Assert.Equal(statuses, answer.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("status").GetString()!));
        Assert.Empty(Mesh.Submitted);
    }

    [Fact]
    public async Task A_snapshot_is_asked_about_the_tasks_of_its_body_and_submits_none()
    {
        using var response = await Client.PostAsync("/mesh/snapshot", """[{"task_type":"test"},{"task_type":"training"}]""");

        Assert.Equal(2, (await response.JsonAsync()).GetProperty("tasks").GetInt32());
        Assert.Empty(Mesh.Submitted);
    }

    [Fact]
    public async Task A_task_that_would_wait_says_what_would_change_that()
    {
        using var response = await Client.PostAsync("/tasks/plan", """{"task_type":"training"}""");

        var task = (await response.JsonAsync()).GetProperty("tasks")[0];
        Assert.Equal("no GPU here", task.GetProperty("summary").GetString());
        Assert.Equal("gpu_count", task.GetProperty("smallest_change").GetProperty("field").GetString());
        Assert.False(task.TryGetProperty("node", out _));
    }

    [Theory]
    [InlineData("""{"task_type":"test","priority":11}""", "priority")]
    [InlineData("""[{"task_type":"test"},{"task_type":"test","priority":11}]""", "tasks[1].priority")]
    [InlineData("""{"task_type":"nonsense"}""", "task_type")]
    public async Task A_bad_value_is_422_and_names_the_field(string body, string field)
    {
        using var response = await Client.PostAsync("/tasks/plan", body);

        var problem = await response.AssertProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[{]")]
    public async Task A_broken_body_is_400(string body)
    {
        using var response = await Client.PostAsync("/tasks/plan", body);

        await response.AssertProblemAsync(HttpStatusCode.BadRequest);
    }
}
