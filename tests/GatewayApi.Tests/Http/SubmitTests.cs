using System.Net;
using System.Text.Json;
using Aurora.GatewayApi.Tests.Fakes;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>What a good submit becomes.</summary>
public sealed class SubmitTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    [Fact]
    public async Task An_assigned_task_is_answered_with_its_node()
    {
        using var response = await Client.PostAsync("/tasks/submit", """{"task_type":"test"}""");

        var id = Assert.Single(Mesh.Submitted).Key;
        Assert.Equal($$"""{"task_id":"{{id}}","status":"assigned","node":"node-1"}""", await response.Content.ReadAsStringAsync());
        Assert.Matches("^task_[0-9a-f]{32}$", id);
    }

    [Fact]
    public async Task A_queued_task_is_answered_with_the_reason()
    {
        using var response = await Client.PostAsync("/tasks/submit", """{"task_type":"training"}""");

        var id = Assert.Single(Mesh.Submitted).Key;
        Assert.Equal($$"""{"task_id":"{{id}}","status":"queued","message":"No node has a GPU."}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task User_json_is_kept_exactly_as_it_was_sent()
    {
        const string Requirements = """{ "memory_gb" : 24.50, "gpu_count":2, "gpu_type":"RTX 4090", "epochs": 1e2, "model":"ü\u00fc" }""";

        using var response = await Client.PostAsync(
            "/tasks/submit",
            $$$"""{"task_type":"training","priority":8,"requirements":{{{Requirements}}},"payload": {"a": 1.0},"__proto__":null,"$type":"x"}""");

        var spec = Assert.Single(Mesh.Submitted).Value;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal((8, 2, "RTX 4090"), (spec.Priority, spec.GpuCount, spec.GpuType));
        Assert.Equal((long)(24.5 * (1L << 30)), spec.MemoryBytes);
        Assert.Equal(Requirements, spec.Requirements);
        Assert.Equal("""{"payload": {"a": 1.0},"__proto__":null,"$type":"x"}""", spec.Payload);
    }

    [Theory]
    [InlineData("""{"task_type":"test"}""", 0)]
    [InlineData("""{"task_type":"embeddings"}""", 1)]
    [InlineData("""{"task_type":"embeddings","requirements":null,"priority":null}""", 1)]
    [InlineData("""{"task_type":"embeddings","requirements":{"gpu_count":null,"memory_gb":null,"gpu_type":null}}""", 1)]
    [InlineData("""{"task_type":"embeddings","requirements":{"gpu_count":0}}""", 0)]
    public async Task What_is_absent_or_null_takes_its_default(string body, int gpus)
    {
        using var response = await Client.PostAsync("/tasks/submit", body, "application/vnd.aurora+json; charset=utf-8");

        var spec = Assert.Single(Mesh.Submitted).Value;
        Assert.Equal((5, gpus, 0L, null, "{}"), (spec.Priority, spec.GpuCount, spec.MemoryBytes, spec.GpuType, spec.Payload));
    }

    [Fact]
    public async Task A_type_that_a_node_announces_is_accepted()
    {
        Mesh.AnnouncedTypes.Add("render");

        using var response = await Client.PostAsync("/tasks/submit", """{"task_type":"render"}""");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(Mesh.Submitted);
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_error()
    {
        using var response = await Client.PostAsync("/tasks/submit", [0xEF, 0xBB, 0xBF, .. """{"task_type":"test"}"""u8]);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_single_task_shows_its_user_members_but_not_twice()
    {
        Mesh.Tasks["task_1"] = TaskOf("task_1", "failed", error: "out of memory", payload: """{"script":"x","status":"mine"}""");

        var task = await (await Client.GetAsync("/tasks/task_1?wait=30s")).JsonAsync();

        Assert.Equal("out of memory", task.GetProperty("error").GetString());
        Assert.Equal("x", task.GetProperty("script").GetString());
        Assert.Equal("failed", Assert.Single(task.EnumerateObject(), member => member.Name == "status").Value.GetString());
    }

    [Fact]
    public async Task A_cancelled_task_comes_back_and_cannot_be_cancelled_again()
    {
        Mesh.Tasks["task_1"] = TaskOf("task_1", "queued");

        var first = await (await Client.DeleteAsync("/tasks/task_1")).JsonAsync();
        using var second = await Client.DeleteAsync("/tasks/task_1");

        Assert.Equal("cancelled", first.GetProperty("status").GetString());
        await second.AssertProblemAsync(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task An_explanation_names_every_node_with_its_refusals()
    {
        Mesh.Tasks["task_1"] = TaskOf("task_1", "queued");

        Assert.Equal(
            """{"task_id":"task_1","status":"queued","summary":"It waits for 24 GB.","queue_position":1,"effective_priority":5.5"""
            + ""","nodes":{"node-1":{"feasible":false,"refusals":[{"code":"memory","message":"24 GB wanted, 8 GB free.","permanent":false}],"terms":{}}}}""",
            await Client.GetStringAsync("/tasks/task_1/explain"));
    }

    [Fact]
    public async Task The_openapi_document_has_our_routes_and_not_the_dashboard()
    {
        var paths = (await (await Client.GetAsync("/openapi/v1.json")).JsonAsync()).GetProperty("paths");

        Assert.True(paths.TryGetProperty("/tasks/submit", out _));
        Assert.DoesNotContain(paths.EnumerateObject(), path => path.Name.StartsWith("/dashboard", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_local_agent_is_told_the_gateways_of_the_cluster()
    {
        var bootstrap = await (await Client.GetAsync("/mesh/bootstrap")).JsonAsync();

        var gateway = Assert.Single(bootstrap.GetProperty("gateways").EnumerateArray()).GetString()!;
        Assert.True(IPAddress.IsLoopback(IPEndPoint.Parse(gateway).Address));
        Assert.Equal($"ws://{Gateway.Address.Authority}/ws/{{node_id}}", bootstrap.GetProperty("websocket").GetString());
        Assert.Equal(JsonValueKind.String, bootstrap.GetProperty("cluster_id").ValueKind);
    }

    [Theory]
    [InlineData("/metrics")]
    [InlineData("/dashboard")]
    public async Task What_comes_with_the_gateway_answers(string path) =>
        Assert.True((await Client.GetAsync(path)).StatusCode is HttpStatusCode.OK or HttpStatusCode.Redirect or HttpStatusCode.MovedPermanently);
}
