using System.Net;
using Aurora.GatewayApi.Tests.Fakes;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary><c>GET /mesh/costs</c>.</summary>
public sealed class CostTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    private static readonly CostView Owned = new(new DateOnly(2026, 3, 1), "a", null, "training", "default", "owned", 2, 7_200, 0.5, 6);
    private static readonly CostView Spot = new(new DateOnly(2026, 3, 2), "b", "acme", "inference", "fast", "spot", 1, 3_600, 1, 3);

    [Fact]
    public async Task Costs_are_told_by_day_with_what_renting_would_have_cost()
    {
        Mesh.Costs.AddRange([Spot, Owned]);

        var costs = await (await Client.GetAsync("/mesh/costs?from=2026-03-01&to=2026-03-31")).JsonAsync();

        Assert.Equal(
            """{"from":"2026-03-01","to":"2026-03-31","by":"day","total":{"amount":1.5,"on_demand":9,"hours":3,"attempts":3},"rented":{"amount":1,"on_demand":3,"hours":1,"attempts":1},"parts":[{"name":"2026-03-01","cost":{"amount":0.5,"on_demand":6,"hours":2,"attempts":2}},{"name":"2026-03-02","cost":{"amount":1,"on_demand":3,"hours":1,"attempts":1}}]}""",
            costs.GetRawText());
    }

    [Theory]
    [InlineData("node", "b", "a")]
    [InlineData("tenant", "acme", "")]
    [InlineData("pool", "fast", "default")]
    [InlineData("tenure", "spot", "owned")]
    [InlineData("task_type", "inference", "training")]
    public async Task Costs_are_told_by_what_is_asked_the_dearest_first(string by, string first, string second)
    {
        Mesh.Costs.AddRange([Owned, Spot]);

        var costs = await (await Client.GetAsync($"/mesh/costs?from=2026-03-01&to=2026-03-02&by={by}")).JsonAsync();

        Assert.Equal([first, second], costs.GetProperty("parts").EnumerateArray().Select(part => part.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task Days_outside_are_left_out()
    {
        Mesh.Costs.AddRange([Owned, Spot]);

        var costs = await (await Client.GetAsync("/mesh/costs?from=2026-03-02&to=2026-03-02")).JsonAsync();

        Assert.Equal(1, costs.GetProperty("total").GetProperty("amount").GetDouble());
    }

    [Theory]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=2026-13-01", "to")]
    [InlineData("from=2026-03-02&to=2026-03-01", "from")]
    [InlineData("from=2020-01-01&to=2026-03-01", "from")]
    [InlineData("to=9999-12-31", "from")]
    [InlineData("by=weather", "by")]
    public async Task A_question_that_cannot_be_answered_is_refused_by_name(string query, string field)
    {
        using var response = await Client.GetAsync("/mesh/costs?" + query);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains(field, (await response.JsonAsync()).GetRawText(), StringComparison.Ordinal);
    }
}
