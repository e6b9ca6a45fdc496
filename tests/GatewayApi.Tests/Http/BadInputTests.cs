using System.Net;
using System.Text;
using Aurora.GatewayApi.Tests.Fakes;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>Bad input is refused with the field's name, and leaves nothing behind.</summary>
public sealed class BadInputTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    [Theory]
    [InlineData("""{}""", "task_type")]
    [InlineData("""[]""", "body")]
    [InlineData("""5""", "body")]
    [InlineData("""{"task_type":null}""", "task_type")]
    [InlineData("""{"task_type":""}""", "task_type")]
    [InlineData("""{"task_type":5}""", "task_type")]
    [InlineData("""{"task_type":{"a":[1]}}""", "task_type")]
    [InlineData("""{"task_type":"nonsense"}""", "task_type")]
    [InlineData("""{"task_type":"te\u0000st"}""", "task_type")]
    [InlineData("""{"task_type":"te\u001b[31mst"}""", "task_type")]
    [InlineData("""{"task_type":"test","task_type":"test"}""", "task_type")]
    [InlineData("""{"task_type":"test","priority":11}""", "priority")]
    [InlineData("""{"task_type":"test","priority":-1}""", "priority")]
    [InlineData("""{"task_type":"test","priority":5.0}""", "priority")]
    [InlineData("""{"task_type":"test","priority":"5"}""", "priority")]
    [InlineData("""{"task_type":"test","priority":true}""", "priority")]
    [InlineData("""{"task_type":"test","priority":[]}""", "priority")]
    [InlineData("""{"task_type":"test","priority":9223372036854775808}""", "priority")]
    [InlineData("""{"task_type":"test","priority":1,"priority":2}""", "priority")]
    [InlineData("""{"task_type":"test","requirements":[]}""", "requirements")]
    [InlineData("""{"task_type":"test","requirements":"x"}""", "requirements")]
    [InlineData("""{"task_type":"test","requirements":{"memory_gb":-1}}""", "requirements.memory_gb")]
    [InlineData("""{"task_type":"test","requirements":{"memory_gb":"8"}}""", "requirements.memory_gb")]
    [InlineData("""{"task_type":"test","requirements":{"memory_gb":1e999}}""", "requirements.memory_gb")]
    [InlineData("""{"task_type":"test","requirements":{"memory_gb":100001}}""", "requirements.memory_gb")]
    [InlineData("""{"task_type":"test","requirements":{"memory_gb":1,"memory_gb":2}}""", "requirements.memory_gb")]
    [InlineData("""{"task_type":"test","requirements":{"gpu_count":-1}}""", "requirements.gpu_count")]
    [InlineData("""{"task_type":"test","requirements":{"gpu_count":1000000000}}""", "requirements.gpu_count")]
    [InlineData("""{"task_type":"test","requirements":{"gpu_count":1.5}}""", "requirements.gpu_count")]
    [InlineData("""{"task_type":"test","requirements":{"gpu_type":""}}""", "requirements.gpu_type")]
    [InlineData("""{"task_type":"test","requirements":{"gpu_type":{}}}""", "requirements.gpu_type")]
    [InlineData("""{"task_type":"test","requirements":{"note":"\ud800"}}""", "requirements.note")]
    [InlineData("""{"task_type":"test","requirements":{"cpu_cores":-1}}""", "requirements.cpu_cores")]
    [InlineData("""{"task_type":"test","requirements":{"cpu_cores":[1]}}""", "requirements.cpu_cores")]
    [InlineData("""{"task_type":"test","requirements":{"host_memory_gb":"8"}}""", "requirements.host_memory_gb")]
    [InlineData("""{"task_type":"test","requirements":{"anti_affinity":{"a":1}}}""", "requirements.anti_affinity")]
    [InlineData("""{"task_type":"test","requirements":{"nodes":0}}""", "requirements.nodes")]
    [InlineData("""{"task_type":"test","requirements":{"nodes":65}}""", "requirements.nodes")]
    [InlineData("""{"task_type":"test","requirements":{"nodes":1.5}}""", "requirements.nodes")]
    [InlineData("""{"task_type":"test","requirements":{"nodes":"two"}}""", "requirements.nodes")]
    [InlineData("""{"task_type":"test","requirements":{"nodes":2,"nodes":3}}""", "requirements.nodes")]
    [InlineData("""{"task_type":"llm_inference","requirements":{"nodes":2}}""", "requirements.nodes")]
    [InlineData("""{"task_type":"embeddings","requirements":{"nodes":2}}""", "requirements.nodes")]
    [InlineData("""{"task_type":"test","requirements":{"any_of":[{"nodes":2}]}}""", "requirements.any_of[0].nodes")]
    [InlineData("""{"task_type":"test","requirements":{"preferences":5}}""", "requirements.preferences")]
    [InlineData("""{"task_type":"test","requirements":{"preferences":{"gpu_type":""}}}""", "requirements.preferences.gpu_type")]
    [InlineData("""{"task_type":"test","requirements":{"preferences":{"node_labels":["a"]}}}""", "requirements.preferences.node_labels")]
    [InlineData("""{"task_type":"test","requirements":{"preferences":{"memory_gb":5}}}""", "requirements.preferences.memory_gb")]
    [InlineData("""{"task_type":"test","requirements":{"preferences":{"gpu_type":"a","gpu_type":"b"}}}""", "requirements.preferences.gpu_type")]
    [InlineData("""{"task_type":"test","requirements":{"node_labels":["a"]}}""", "requirements.node_labels")]
    [InlineData("""{"task_type":"test","requirements":{"node_labels":{"a":{"b":1}}}}""", "requirements.node_labels")]
    [InlineData("""{"task_type":"test","requirements":{"node_labels":{"a=b":"c"}}}""", "requirements.node_labels")]
    [InlineData("""{"task_type":"test","requirements":{"placement_profile":"best"}}""", "requirements.placement_profile")]
    [InlineData("""{"task_type":"test","requirements":{"gpu_speeds":5}}""", "requirements.gpu_speeds")]
    [InlineData("""{"task_type":"test","requirements":{"gpu_speeds":{}}}""", "requirements.gpu_speeds")]
    [InlineData("""{"task_type":"test","requirements":{"gpu_speeds":{"V100":0}}}""", "requirements.gpu_speeds")]
    [InlineData("""{"task_type":"test","requirements":{"gpu_speeds":{"V100":1,"V100":2}}}""", "requirements.gpu_speeds")]
    [InlineData("""{"task_type":"test","requirements":{"any_of":{}}}""", "requirements.any_of")]
    [InlineData("""{"task_type":"test","requirements":{"any_of":[]}}""", "requirements.any_of")]
    [InlineData("""{"task_type":"test","requirements":{"any_of":[[{}]]}}""", "requirements.any_of")]
    [InlineData("""{"task_type":"test","requirements":{"any_of":[{"gpu_count":1}],"memory_gb":4}}""", "requirements.any_of")]
    [InlineData("""{"task_type":"test","requirements":{"any_of":[{"gpu_count":-1}]}}""", "requirements.any_of[0].gpu_count")]
    [InlineData("""{"task_type":"test","requirements":{"any_of":[{},{"any_of":[{}]}]}}""", "requirements.any_of[1].any_of")]
    [InlineData("""{"task_type":"test","payload":{"a":["\udc00"]}}""", "payload")]
    [InlineData("""{"task_type":"test","payload":{"a":"\u0000"}}""", "payload")]
    [InlineData("""{"task_type":"test","\ud800":1}""", "body")]
    [InlineData("""{"task_type":"test","timeouts":5}""", "timeouts")]
    [InlineData("""{"task_type":"test","timeouts":{"run":5}}""", "timeouts.run")]
    [InlineData("""{"task_type":"test","timeouts":{"run_s":0}}""", "timeouts.run_s")]
    [InlineData("""{"task_type":"test","timeouts":{"queue_s":"5"}}""", "timeouts.queue_s")]
    [InlineData("""{"task_type":"test","timeouts":{"progress_s":1e999}}""", "timeouts.progress_s")]
    [InlineData("""{"task_type":"test","timeouts":{},"timeouts":{}}""", "timeouts")]
    [InlineData("""{"task_type":"test","retry":[]}""", "retry")]
    [InlineData("""{"task_type":"test","retry":{"times":3}}""", "retry.times")]
    [InlineData("""{"task_type":"test","retry":{"on":"error"}}""", "retry.on")]
    [InlineData("""{"task_type":"test","retry":{"on":["bad_luck"]}}""", "retry.on")]
    [InlineData("""{"task_type":"test","retry":{"exit_codes":[]}}""", "retry.exit_codes")]
    [InlineData("""{"task_type":"test","retry":{"exit_codes":[0]}}""", "retry.exit_codes")]
    [InlineData("""{"task_type":"test","retry":{"exit_codes":[256]}}""", "retry.exit_codes")]
    [InlineData("""{"task_type":"test","after":"task_1"}""", "after")]
    [InlineData("""{"task_type":"test","after":[]}""", "after")]
    [InlineData("""{"task_type":"test","after":[5]}""", "after[0]")]
    [InlineData("""{"task_type":"test","after":[{"task":"t","on":"failure"}]}""", "after[0]")]
    [InlineData("""{"task_type":"test","after":[{"on":"end"}]}""", "after[0]")]
    [InlineData("""{"task_type":"test","after":["task_nobody"]}""", "after[0]")]
    [InlineData("""{"task_type":"test","after":["task_\ud800"]}""", "after")]
    [InlineData("""{"task_type":"test","labels":["a"]}""", "labels")]
    [InlineData("""{"task_type":"test","labels":{"a":1}}""", "labels")]
    [InlineData("""{"task_type":"test","labels":{"a=b":"c"}}""", "labels")]
    [InlineData("""{"task_type":"test","labels":{"a":"1","a":"2"}}""", "labels")]
    [InlineData("""{"task_type":"test","webhook":5}""", "webhook")]
    [InlineData("""{"task_type":"test","webhook":"example.com/hook"}""", "webhook")]
    [InlineData("""{"task_type":"test","webhook":"ftp://example.com"}""", "webhook")]
    [InlineData("""{"task_type":"test","webhook":"file:///etc/passwd"}""", "webhook")]
    [InlineData("""{"task_type":"test","webhook":"https://user:word@example.com/"}""", "webhook")]
    [InlineData("""{"task_type":"test","tenant":""}""", "tenant")]
    [InlineData("""{"task_type":"test","tenant":5}""", "tenant")]
    [InlineData("""{"task_type":"test","tenant":"a\u0007"}""", "tenant")]
    [InlineData("""{"task_type":"test","duration_s":0}""", "duration_s")]
    [InlineData("""{"task_type":"test","duration_s":"60"}""", "duration_s")]
    [InlineData("""{"task_type":"test","deadline":"tomorrow"}""", "deadline")]
    [InlineData("""{"task_type":"test","deadline":1767225600}""", "deadline")]
    [InlineData("""{"task_type":"test","deadline":"2026-01-31T18:00:00"}""", "deadline")]
    [InlineData("""{"task_type":"test","deadline_s":-1}""", "deadline_s")]
    [InlineData("""{"task_type":"test","deadline":"2026-01-31T18:00:00Z","deadline_s":60}""", "deadline_s")]
    [InlineData("""{"task_type":"test","on_late":"fail"}""", "on_late")]
    [InlineData("""{"task_type":"test","deadline_s":60,"on_late":"stop"}""", "on_late")]
    [InlineData("""{"task_type":"custom"}""", "script")]
    [InlineData("""{"task_type":"custom","script":""}""", "script")]
    [InlineData("""{"task_type":"custom","script":5}""", "script")]
    public async Task A_bad_value_is_422_and_names_the_field(string body, string field)
    {
        using var response = await Client.PostAsync("/tasks/submit", body);

        var problem = await response.AssertProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out var messages), problem.GetRawText());
        Assert.NotEqual(0, messages.GetArrayLength());
        Assert.Empty(Mesh.Submitted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"task_type":"test" """)]
    [InlineData("""{"task_type":"test"}}""")]
    [InlineData("""{"task_type":"test"} {"task_type":"test"}""")]
    [InlineData("""{"task_type":"test",}""")]
    [InlineData("""{"task_type":"test","requirements":{"memory_gb":NaN}}""")]
    [InlineData("""{"task_type":"test","requirements":{"memory_gb":Infinity}}""")]
    [InlineData("{'task_type':'test'}")]
    public async Task A_broken_body_is_400(string body)
    {
        using var response = await Client.PostAsync("/tasks/submit", body);

        await response.AssertProblemAsync(HttpStatusCode.BadRequest);
        Assert.Empty(Mesh.Submitted);
    }

    [Fact]
    public async Task A_body_that_is_no_utf8_is_400()
    {
        using var utf16 = await Client.PostAsync("/tasks/submit", Encoding.Unicode.GetBytes("""{"task_type":"test"}"""));
        using var latin1 = await Client.PostAsync("/tasks/submit", Encoding.Latin1.GetBytes("""{"task_type":"test","note":"é"}"""));

        await utf16.AssertProblemAsync(HttpStatusCode.BadRequest);
        await latin1.AssertProblemAsync(HttpStatusCode.BadRequest);
        Assert.Empty(Mesh.Submitted);
    }

    [Fact]
    public async Task A_body_ten_thousand_levels_deep_is_400()
    {
        using var response = await Client.PostAsync(
            "/tasks/submit", $$"""{"task_type":"test","payload":{{new string('[', 10_000)}}{{new string(']', 10_000)}}}""");

        await response.AssertProblemAsync(HttpStatusCode.BadRequest);
        Assert.Empty(Mesh.Submitted);
    }

    [Theory]
    [InlineData("/tasks/submit", 300 * 1024)]
    [InlineData("/tasks/submit", 10 * 1024 * 1024)]
    [InlineData("/access/keys", 20 * 1024)]
    public async Task A_body_too_large_is_413(string path, int length)
    {
        using var response = await Client.PostAsync(path, $$"""{"task_type":"test","script":"{{new string('x', length)}}"}""");

        await response.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        Assert.Empty(Mesh.Submitted);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    public async Task A_wrong_media_type_is_415(string? mediaType)
    {
        using var response = await Client.PostAsync("/tasks/submit", """{"task_type":"test"}""", mediaType);

        var problem = await response.AssertProblemAsync(HttpStatusCode.UnsupportedMediaType);
        Assert.Contains("application/json", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(Mesh.Submitted);
    }

    [Fact]
    public async Task Several_bad_fields_are_named_at_once()
    {
        using var response = await Client.PostAsync("/tasks/submit", """{"priority":99,"requirements":{"gpu_count":-1}}""");

        var errors = (await response.AssertProblemAsync(HttpStatusCode.UnprocessableEntity)).GetProperty("errors");
        Assert.Equal(["priority", "requirements.gpu_count", "task_type"], errors.EnumerateObject().Select(error => error.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("GET", "/nothing/here", HttpStatusCode.NotFound)]
    [InlineData("GET", "/tasks/task_unknown", HttpStatusCode.NotFound)]
    [InlineData("GET", "/tasks/task_unknown/explain", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/tasks/task_unknown", HttpStatusCode.NotFound)]
    [InlineData("GET", "/tasks/task_%1b[31m", HttpStatusCode.NotFound)]
    [InlineData("GET", "/tasks/task_%E2%80%AE", HttpStatusCode.NotFound)]
    [InlineData("PUT", "/tasks/submit", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/mesh/status", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/tasks/task_1?wait=forever", HttpStatusCode.UnprocessableEntity)]
    [InlineData("GET", "/tasks/task_1?wait=-1", HttpStatusCode.UnprocessableEntity)]
    [InlineData("GET", "/tasks/task_1?wait=3600s", HttpStatusCode.UnprocessableEntity)]
    [InlineData("GET", "/ws/node-1", HttpStatusCode.UpgradeRequired)]
    [InlineData("GET", "/ws/no%20de", HttpStatusCode.BadRequest)]
    [InlineData("DELETE", "/access/keys/none", HttpStatusCode.NotFound)]
    public async Task Every_refusal_is_a_problem(string method, string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await Client.SendAsync(request);

        await response.AssertProblemAsync(status);
    }

    [Fact]
    public async Task A_mesh_out_of_reach_is_503_with_retry_after()
    {
        Mesh.Unavailable = true;

        using var submit = await Client.PostAsync("/tasks/submit", """{"task_type":"test"}""");
        using var active = await Client.GetAsync("/tasks/active");

        await submit.AssertProblemAsync(HttpStatusCode.ServiceUnavailable);
        await active.AssertProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(submit.Headers.RetryAfter);
    }
}
