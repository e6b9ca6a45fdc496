using System.Net;
using System.Text;
using Aurora.GatewayApi.Tests.Fakes;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>Batches: all of a good one, nothing of a bad one.</summary>
public sealed class BatchTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    private const string Good = """{"task_type":"test"}""";

    [Theory]
    [InlineData("array")]
    [InlineData("object")]
    [InlineData("lines")]
    public async Task Ten_thousand_tasks_are_accepted_in_order(string form)
    {
        var tasks = Enumerable.Range(0, 10_000).Select(number => $$"""{"task_type":"test","number":{{number}}}""").ToList();

        using var response = await PostAsync(form, tasks);

        var body = await response.JsonAsync();
        Assert.Equal(10_000, body.GetProperty("accepted").GetInt32());
        var ids = body.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("task_id").GetString()!).ToList();
        Assert.Equal(Mesh.SubmittedOrder, ids);
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal(tasks.Select((_, number) => $$"""{"number":{{number}}}"""), ids.Select(id => Mesh.Submitted[id].Payload));
    }

    [Theory]
    [InlineData("array")]
    [InlineData("object")]
    [InlineData("lines")]
    public async Task One_bad_element_is_named_and_nothing_is_submitted(string form)
    {
        var tasks = Enumerable.Repeat(Good, 2000).ToList();
        tasks[1700] = """{"task_type":"test","priority":11}""";

        using var response = await PostAsync(form, tasks);

        var problem = await response.AssertProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.StartsWith("tasks[1700].priority must be", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(Mesh.Submitted);
    }

    [Theory]
    [InlineData("""[{"task_type":"test"},{"task_type":"nonsense"}]""", 422, "tasks[1].task_type")]
    [InlineData("""[{"task_type":"test"},5]""", 422, "tasks[1]")]
    [InlineData("""[{"task_type":"test"},{"task_type":"test"]""", 400, "tasks[1]")]
    [InlineData("""[{"task_type":"test"}""", 400, "tasks[1]")]
    [InlineData("""[{"task_type":"test"}] x""", 400, "")]
    [InlineData("", 400, "")]
    [InlineData("5", 422, "body")]
    [InlineData("{}", 422, "tasks")]
    [InlineData("""{"tasks":5}""", 422, "tasks")]
    public async Task A_bad_batch_submits_nothing(string body, int status, string named)
    {
        using var response = await Client.PostAsync("/tasks/batch", body);

        var problem = await response.AssertProblemAsync((HttpStatusCode)status);
        Assert.Contains(named, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(Mesh.Submitted);
    }

    [Fact]
    public async Task An_element_larger_than_a_task_may_be_is_413_and_named()
    {
        using var response = await Client.PostAsync(
            "/tasks/batch", $$"""[{"task_type":"test"},{"task_type":"custom","script":"{{new string('x', 300_000)}}"}]""");

        var problem = await response.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        Assert.Contains("tasks[1]", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(Mesh.Submitted);
    }

    [Fact]
    public async Task An_empty_batch_accepts_nothing() =>
        Assert.Equal("""{"accepted":0,"tasks":[]}""", await (await Client.PostAsync("/tasks/batch", "[]")).Content.ReadAsStringAsync());

    [Fact]
    public async Task A_mesh_that_goes_away_midway_leaves_an_account_of_every_task()
    {
        Mesh.GroupsUntilUnavailable = 1;

        using var response = await PostAsync("array", [.. Enumerable.Repeat(Good, 2200)]);

        var body = await response.JsonAsync();
        Assert.Equal(1000, body.GetProperty("accepted").GetInt32());
        var statuses = body.GetProperty("tasks").EnumerateArray().CountBy(task => task.GetProperty("status").GetString()!).ToDictionary();
        Assert.Equal((1000, 1000, 200), (statuses["assigned"], statuses["unknown"], statuses["not_submitted"]));
    }

    private Task<HttpResponseMessage> PostAsync(string form, IReadOnlyList<string> tasks) => form switch
    {
        "array" => Client.PostAsync("/tasks/batch", $"[{string.Join(',', tasks)}]"),
        "object" => Client.PostAsync("/tasks/batch", $$"""{"note":{"a":[1]},"tasks":[{{string.Join(" ,\n", tasks)}}],"more":1}"""),
        _ => Client.PostAsync("/tasks/batch", Encoding.UTF8.GetBytes(string.Join("\n\n", tasks)), "application/x-ndjson"),
    };
}
