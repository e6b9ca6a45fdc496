using System.Net;
using System.Text;
using Aurora.GatewayApi.Tests.Fakes;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>What operators grant tenants.</summary>
public sealed class TenantTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    [Fact]
    public async Task A_grant_is_made_shown_and_taken_back()
    {
        const string Shown = """{"name":"vision","weight":2.5,"gpus_max":8,"stored":true,"pools":{"default":{"gpus_in_use":1,"placed_tasks":2,"queued_tasks":3,"recent_share":0.25,"fair_share":0.5}}}""";

        using var put = await PutAsync("vision", """{"weight":2.5,"gpus_max":8,"queued_max":null}""");
        Assert.Equal(Shown, await put.Content.ReadAsStringAsync());
        Assert.Equal(Shown, await Client.GetStringAsync("/mesh/tenants/vision"));
        Assert.Contains("\"name\":\"default\",\"weight\":1,\"stored\":false", await Client.GetStringAsync("/mesh/tenants"), StringComparison.Ordinal);
        Assert.Contains(Shown, await Client.GetStringAsync("/mesh/tenants"), StringComparison.Ordinal);
        using var again = await PutAsync("vision", "{}");
        Assert.Contains("\"weight\":1,\"stored\"", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await Client.DeleteAsync("/mesh/tenants/vision")).StatusCode);
        await (await Client.DeleteAsync("/mesh/tenants/vision")).AssertProblemAsync(HttpStatusCode.NotFound);
        await (await Client.GetAsync("/mesh/tenants/vision")).AssertProblemAsync(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("t", """{"weight":0}""", "weight")]
    [InlineData("t", """{"weight":-1}""", "weight")]
    [InlineData("t", """{"weight":1e400}""", "weight")]
    [InlineData("t", """{"weight":"2"}""", "weight")]
    [InlineData("t", """{"gpus_max":-1}""", "gpus_max")]
    [InlineData("t", """{"gpus_max":1.5}""", "gpus_max")]
    [InlineData("t", """{"queued_max":true}""", "queued_max")]
    [InlineData("t", """{"gpu_max":1}""", "gpu_max")]
    [InlineData("a%07b", "{}", "tenant")]
    public async Task A_grant_that_cannot_be_meant_is_refused_by_name(string name, string body, string field)
    {
        using var answer = await PutAsync(name, body);

        var problem = await answer.AssertProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        Assert.Empty(Mesh.Tenants);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task A_broken_body_is_refused(string body) =>
        await (await PutAsync("t", body)).AssertProblemAsync(HttpStatusCode.BadRequest);

    private Task<HttpResponseMessage> PutAsync(string tenant, string body) =>
        Client.PutAsync("/mesh/tenants/" + tenant, new StringContent(body, Encoding.UTF8, "application/json"));
}
