using System.Net;
using System.Text.Json;
using Aurora.GatewayApi.Tests.Fakes;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>Embeddings of many inputs: in at once, out in order.</summary>
public sealed class EmbeddingTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    [Fact]
    public async Task A_task_with_more_inputs_than_its_batch_size_becomes_a_group()
    {
        using var answer = await Client.PostAsync(
            "/tasks/submit", """{"task_type":"embeddings","priority":7,"requirements":{"model":"e"},"batch_size":2,"payload":{"input":["a","b","c","d","e"]} }""");

        var body = await answer.JsonAsync();
        var ids = body.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("task_id").GetString()!).ToList();
        Assert.Equal(3, ids.Count);
        Assert.Equal(
            ["""["a","b"]""", """["c","d"]""", """["e"]"""],
            ids.Select(id => JsonDocument.Parse(Mesh.Submitted[id].Payload).RootElement.GetProperty("payload").GetProperty("input").GetRawText()));
        Assert.All(Mesh.Submitted.Values, spec => Assert.Equal((7, """{"model":"e"}"""), (spec.Priority, spec.Requirements)));
    }

    [Theory]
    [InlineData("""{"task_type":"embeddings","payload":{"input":["a","b","c"]} }""")]
    [InlineData("""{"task_type":"embeddings","batch_size":3,"payload":{"input":["a","b","c"]} }""")]
    [InlineData("""{"task_type":"embeddings","batch_size":"2","payload":{"input":["a","b","c"]} }""")]
    [InlineData("""{"task_type":"test","batch_size":2,"payload":{"input":["a","b","c"]} }""")]
    public async Task Any_other_task_stays_one_task(string body)
    {
        using var answer = await Client.PostAsync("/tasks/submit", body);

        Assert.StartsWith("task_", (await answer.JsonAsync()).GetProperty("task_id").GetString(), StringComparison.Ordinal);
        Assert.Single(Mesh.Submitted);
    }

    [Fact]
    public async Task Many_inputs_may_be_more_than_one_task_takes_but_no_part_of_them()
    {
        var inputs = string.Join(',', Enumerable.Repeat($"\"{new string('x', 1_000)}\"", 1_000));
        using var good = await Client.PostAsync("/tasks/submit", $$"""{"task_type":"embeddings","batch_size":100,"payload":{"input":[{{inputs}}]} }""");
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        Assert.Equal(10, Mesh.Submitted.Count);

        using var bad = await Client.PostAsync("/tasks/submit", $$"""{"task_type":"embeddings","batch_size":500,"payload":{"input":[{{inputs}}]} }""");
        var problem = await bad.AssertProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.True(problem.GetProperty("errors").TryGetProperty("batch_size", out _), problem.GetRawText());

        using var whole = await Client.PostAsync("/tasks/submit", $$"""{"task_type":"embeddings","payload":{"input":[{{inputs}}]} }""");
        await whole.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(10, Mesh.Submitted.Count);
    }

    [Fact]
    public async Task The_vectors_of_a_group_come_in_the_order_of_the_inputs()
    {
        Mesh.Tasks["task_e-000001"] = TaskOf("task_e-000001", "completed", result: """{"object":"list","model":"e","data":[{"index":0,"embedding":[3]}],"usage":{"prompt_tokens":1}}""");
        Mesh.Tasks["task_e-000000"] = TaskOf(
            "task_e-000000", "completed",
            result: """{"object":"list","model":"e","data":[{"object":"embedding","index":1,"embedding":[2.50]},{"index":0,"embedding":"AAAA"}],"usage":{"prompt_tokens":2,"note":"x"}}""");

        Assert.Equal(
            """{"object":"list","data":[{"embedding":"AAAA","index":0},{"object":"embedding","embedding":[2.50],"index":1},{"embedding":[3],"index":2}],"model":"e","usage":{"prompt_tokens":3}}""",
            await Client.GetStringAsync("/groups/group_e/embeddings"));
    }

    [Theory]
    [InlineData("running", null)]
    [InlineData("failed", null)]
    [InlineData("completed", """{"echo":1}""")]
    [InlineData("completed", "null")]
    [InlineData("completed", """{"data":[1,2]}""")]
    public async Task A_group_without_all_its_vectors_has_none_to_put_together(string status, string? result)
    {
        Mesh.Tasks["task_f-000000"] = TaskOf("task_f-000000", status, result);

        using var answer = await Client.GetAsync("/groups/group_f/embeddings");

        await answer.AssertProblemAsync(HttpStatusCode.Conflict);
    }
}
