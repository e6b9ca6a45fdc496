using System.Net;
using System.Text;
using Aurora.GatewayApi.Tests.Fakes;
using Aurora.Grains.Interfaces.Access;

namespace Aurora.GatewayApi.Tests.Http;

public sealed class IdempotencyTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    private const string Test = """{"task_type":"test"}""";

    [Fact]
    public async Task The_same_request_fifty_times_in_parallel_is_one_task()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            using var response = await SendAsync("/tasks/submit", "key-1", Test);
            return (await response.JsonAsync()).GetProperty("task_id").GetString();
        }));

        Assert.Equal(Assert.Single(Mesh.Submitted).Key, Assert.Single(answers.Distinct()));
        Assert.Matches("^task_[0-9a-f]{32}-000000$", answers[0]);
    }

    [Fact]
    public async Task Another_key_is_another_task()
    {
        using var first = await SendAsync("/tasks/submit", "one", Test);
        using var second = await SendAsync("/tasks/submit", "two", Test);

        Assert.Equal(2, Mesh.Submitted.Count);
    }

    [Theory]
    [InlineData("/tasks/submit", """{"task_type":"test","priority":6}""")]
    [InlineData("/tasks/batch", """[{"task_type":"test"}]""")]
    [InlineData("/tasks/batch", """[{"task_type":"test"},{"task_type":"test"}]""")]
    [InlineData("/tasks/submit", """{"task_type":"test","count":3}""")]
    public async Task The_same_key_with_another_request_is_a_conflict(string path, string body)
    {
        using var first = await SendAsync("/tasks/submit", "key-2", Test);
        using var second = await SendAsync(path, "key-2", body);

        await second.AssertProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.Single(Mesh.Submitted);
    }

    [Theory]
    [InlineData("application/json", """[{"task_type":"test"},{"task_type":"test"},{"task_type":"test"}]""")]
    [InlineData("application/x-ndjson", "{\"task_type\":\"test\"}\n{\"task_type\":\"test\"}\n{\"task_type\":\"test\"}")]
    public async Task A_repeated_batch_names_the_same_tasks(string mediaType, string body)
    {
        using var first = await SendAsync("/tasks/batch", "key-3", body, mediaType);
        using var second = await SendAsync("/tasks/batch", "key-3", body, mediaType);

        Assert.Equal(3, Mesh.Submitted.Count);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Two_callers_may_choose_the_same_key()
    {
        using var created = await Client.PostAsync("/access/keys", """{"name":"one","scopes":["operate"]}""");
        var one = (await created.JsonAsync()).GetProperty("secret").GetString();
        Mesh.Keys.Add(new AccessKey(
            "key-other", "other", [AccessScopes.Submit], System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes("other")), DateTimeOffset.UnixEpoch));
        try
        {
            foreach (var secret in new[] { one, "other" })
            {
                Client.DefaultRequestHeaders.Authorization = new("Bearer", secret);
                using var response = await SendAsync("/tasks/submit", "shared", Test);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            }

            Assert.Equal(2, Mesh.Submitted.Count);
        }
        finally
        {
            Client.DefaultRequestHeaders.Authorization = null;
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    public async Task What_cannot_be_a_key_is_refused(string key)
    {
        using var response = await SendAsync("/tasks/submit", key, Test);

        var problem = await response.AssertProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.True(problem.GetProperty("errors").TryGetProperty("Idempotency-Key", out _));
        Assert.Empty(Mesh.Submitted);
    }

    [Fact]
    public async Task A_key_has_an_end()
    {
        using var response = await SendAsync("/tasks/submit", new string('k', 256), Test);

        await response.AssertProblemAsync(HttpStatusCode.UnprocessableEntity);
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string key, string body, string mediaType = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, mediaType) };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await Client.SendAsync(request);
    }
}
