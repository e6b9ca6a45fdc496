using Aurora.GatewayApi.Embeddings;

namespace Aurora.GatewayApi.Tests.Submissions;

public sealed class EmbeddingPartsTests
{
    [Fact]
    public void Everything_but_the_list_stays_as_it_was_written() =>
        Assert.Equal(
            [
                """{ "model":"m", "input": ["a, [\"1\"]", "b"],"x": 1.00}""",
                """{ "model":"m", "input": ["\u00e9"],"x": 1.00}""",
            ],
            EmbeddingParts.Split("""{ "model":"m", "input": [ "a, [\"1\"]", "b" ,"\u00e9"],"x": 1.00}""", 2)!);

    [Theory]
    [InlineData("""{"payload":{"input":["a","b","c"]},"batch_size":2}""", """{"payload":{"input":["c"]},"batch_size":2}""")]
    [InlineData("""{"payload":{"x":[1,2,3]},"input":["a","b","c"]}""", """{"payload":{"x":[1,2,3]},"input":["c"]}""")]
    [InlineData("""{"payload":["a","b","c"]}""", """{"payload":["c"]}""")]
    [InlineData("""{"input":[[1,2],[3],[4]]}""", """{"input":[[4]]}""")]
    public void The_list_is_found_where_a_node_looks_for_it(string json, string last) => Assert.Equal(last, EmbeddingParts.Split(json, 2)![^1]);

    [Theory]
    [InlineData("""{"input":["a","b"]}""")]
    [InlineData("""{"input":[]}""")]
    [InlineData("""{"input":[1,2,3,4]}""")]
    [InlineData("""{"input":"text"}""")]
    [InlineData("""{"payload":{"other":["a","b","c"]}}""")]
    [InlineData("""{"deep":{"input":["a","b","c"]}}""")]
    [InlineData("""{}""")]
    public void What_is_no_long_list_stays_whole(string json) => Assert.Null(EmbeddingParts.Split(json, 2));
}
