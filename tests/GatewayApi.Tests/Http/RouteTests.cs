using System.Net;
using System.Text;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Routes;
using Aurora.GatewayApi.Tests.Fakes;
using Aurora.Grains.Interfaces.Routes;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>Routes: how they are made and how they split requests.</summary>
public sealed class RouteTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    private static readonly ModelRoute Split = new("r", [new("a", "model-a", 3, null), new("b", "model-b", 1, null)]);

    [Fact]
    public async Task A_route_is_made_shown_and_forgotten()
    {
        const string Body = """{"variants":[{"model":"llama3.1:8b","weight":90},{"name":"fast","model":"qwen","weight":10,"node_labels":{"tier":"fast"}}]}""";
        const string Shown = """{"name":"chat","variants":[{"name":"llama3.1:8b","model":"llama3.1:8b","weight":90},{"name":"fast","model":"qwen","weight":10,"node_labels":{"tier":"fast"}}]}""";

        using var put = await PutAsync("chat", Body);
        Assert.Equal(Shown, await put.Content.ReadAsStringAsync());
        Assert.Equal(Shown, await Client.GetStringAsync("/routes/chat"));
        Assert.Equal($$"""{"routes":[{{Shown}}]}""", await Client.GetStringAsync("/routes"));
        Assert.Contains("""{"id":"chat","object":"model","created":0,"owned_by":"aurora","aurora":{"route_to":["llama3.1:8b","qwen"]}}""", await Client.GetStringAsync("/v1/models"), StringComparison.Ordinal);
        Assert.Contains(
            """
            "requests":4,"failures":1,"failure_share":{"value":0.25,"low":0.05,"high":0.7},"latency_s":{"count":3,"mean":{"value":2,"low":1,"high":3}},"time_to_first_token_s":{"count":0}
            """.Trim(),
            await Client.GetStringAsync("/routes/chat/report"),
            StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await Client.DeleteAsync("/routes/chat")).StatusCode);
        await (await Client.GetAsync("/routes/chat")).AssertProblemAsync(HttpStatusCode.NotFound);
        await (await Client.GetAsync("/routes/chat/report")).AssertProblemAsync(HttpStatusCode.NotFound);
        await (await Client.DeleteAsync("/routes/chat")).AssertProblemAsync(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("r", "{}", "variants")]
    [InlineData("r", """{"variants":[]}""", "variants")]
    [InlineData("r", """{"variants":[{}]}""", "variants[0].model")]
    [InlineData("r", """{"variants":[null]}""", "variants[0].model")]
    [InlineData("r", """{"variants":[{"model":"a","weight":0}]}""", "variants[0].weight")]
    [InlineData("r", """{"variants":[{"model":"a","weight":-1}]}""", "variants[0].weight")]
    [InlineData("r", """{"variants":[{"model":"a","name":"a b"}]}""", "variants[0].name")]
    [InlineData("r", """{"variants":[{"model":"a"},{"model":"a"}]}""", "variants")]
    [InlineData("r", """{"variants":[{"model":"a","node_labels":{"":"x"}}]}""", "variants[0].node_labels")]
    [InlineData("a%20b", """{"variants":[{"model":"a"}]}""", "route")]
    public async Task A_route_that_cannot_be_meant_is_refused(string name, string body, string field)
    {
        using var answer = await PutAsync(name, body);

        var problem = await answer.AssertProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.GetRawText());
        Assert.Empty(Mesh.Routes);
    }

    [Fact]
    public void Users_are_split_by_weight_and_each_stays_where_it_is()
    {
        var users = Enumerable.Range(0, 10_000).Select(number => $"user {number}").ToList();
        var heavier = Split with { Variants = [Split.Variants[0], Split.Variants[1] with { Weight = 2 }] };

        var chosen = users.ToDictionary(user => user, user => VariantChoice.Of(Split, user).Name);
        var after = users.ToDictionary(user => user, user => VariantChoice.Of(heavier, user).Name);

        // A quarter, within five standard deviations; then two fifths, and nobody leaves the variant that got heavier.
        Assert.InRange(chosen.Values.Count(name => name == "b"), 2_500 - 217, 2_500 + 217);
        Assert.InRange(after.Values.Count(name => name == "b"), 4_000 - 245, 4_000 + 245);
        Assert.All(users.Where(user => chosen[user] == "b"), user => Assert.Equal("b", after[user]));
        Assert.All(users.Take(100), user => Assert.Equal(chosen[user], VariantChoice.Of(Split, user).Name));
    }

    [Fact]
    public void Only_the_member_that_is_meant_changes() => Assert.Equal(
        """{ "a":{"model":"x"},"model" : "z" ,"n":1.00, "s":"\u00e9"}""",
        JsonMember.Replace("""{ "a":{"model":"x"},"model" : "y" ,"n":1.00, "s":"\u00e9"}""", "model"u8, "\"z\""));

    private async Task<HttpResponseMessage> PutAsync(string name, string body) =>
        await Client.PutAsync($"/routes/{name}", new StringContent(body, Encoding.UTF8, "application/json"));
}
