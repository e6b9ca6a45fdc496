using System.Net;
using Aurora.GatewayApi.Tests.Fakes;
using Aurora.Grains.Interfaces.Events;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>Tasks that name a pool.</summary>
public sealed class PoolTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    [Theory]
    [InlineData("""{"task_type":"test","pool":"train"}""", "train")]
    [InlineData("""{"task_type":"test","requirements":{"pool":"train"}}""", "train")]
    [InlineData("""{"task_type":"test","pool":"train","requirements":{"pool":"train"}}""", "train")]
    [InlineData("""{"task_type":"test","pool":null}""", "default")]
    [InlineData("""{"task_type":"test"}""", "default")]
    public async Task A_task_goes_to_the_pool_that_it_names_or_to_the_default_one(string body, string pool)
    {
        Mesh.Pools.Add("train");

        using var answer = await Client.PostAsync("/tasks/submit", body);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(pool, Assert.Single(Mesh.Submitted.Values).Pool);
    }

    [Theory]
    [InlineData("/tasks/submit", """{"task_type":"test","pool":"trian"}""", "must be one of default")]
    [InlineData("/tasks/submit", """{"task_type":"test","pool":"a b"}""", "must be the name of a pool")]
    [InlineData("/tasks/submit", """{"task_type":"test","pool":7}""", "must be the name of a pool")]
    [InlineData("/tasks/submit", """{"task_type":"test","pool":"default","requirements":{"pool":"other"}}""", "must be the same as requirements.pool")]
    [InlineData("/tasks/batch", """[{"task_type":"test"},{"task_type":"test","pool":"trian"}]""", "tasks[1].pool")]
    [InlineData("/tasks/plan", """{"task_type":"test","pool":"trian"}""", "must be one of default")]
    public async Task A_pool_that_is_not_there_is_refused_and_nothing_is_enqueued(string path, string body, string reason)
    {
        using var answer = await Client.PostAsync(path, body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(reason, await answer.Content.ReadAsStringAsync());
        Assert.Empty(Mesh.Submitted);
    }

    [Fact]
    public async Task A_batch_may_be_of_several_pools_and_is_answered_in_order()
    {
        Mesh.Pools.Add("train");

        using var answer = await Client.PostAsync("/tasks/batch", """[{"task_type":"test","pool":"train"},{"task_type":"test"},{"task_type":"test","pool":"train"}]""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(["train", "default", "train"], Mesh.Submitted.OrderBy(task => task.Key, StringComparer.Ordinal).Select(task => task.Value.Pool));
        var ids = System.Text.Json.Nodes.JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["tasks"]!.AsArray().Select(task => (string)task!["task_id"]!).ToList();
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
    }

    [Theory]
    [InlineData("12", "12")]
    [InlineData("default:12", "12")]
    [InlineData("train:3,default:12", "default:12,train:3")]
    public void A_readers_places_are_a_text_and_back(string text, string canonical) =>
        Assert.Equal(canonical, EventPlaces.TryParse(text)!.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("default:")]
    [InlineData(":1")]
    [InlineData("default:1,")]
    [InlineData("default:-1")]
    public void A_text_that_names_no_places_is_none(string text) => Assert.Null(EventPlaces.TryParse(text));
}
