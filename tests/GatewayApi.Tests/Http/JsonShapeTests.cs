using System.Text.Json;
using Aurora.Testing;

namespace Aurora.GatewayApi.Tests.Http;

public sealed class JsonShapeTests
{
    [Theory]
    [InlineData("""{"a":1}""", "closed: a is 1 and must be string")]
    [InlineData("""{"a":"z"}""", """closed: a is "z" and must be one of ["x","y"]""")]
    [InlineData("""{}""", "closed lacks a")]
    [InlineData("""{"a":"x","b":1}""", "closed has an undocumented b")]
    [InlineData("""{"a":"x","c":[1,"2"]}""", """closed: c[1] is "2" and must be integer""")]
    public void The_comparison_itself_finds_what_differs(string body, string fault)
    {
        using var schema = JsonDocument.Parse(
            """{"type":"object","required":["a"],"properties":{"a":{"type":"string","enum":["x","y"]},"c":{"type":"array","items":{"type":"integer"}}},"additionalProperties":false}""");
        using var value = JsonDocument.Parse(body);

        Assert.Equal(fault, Assert.Single(JsonShape.Faults(value.RootElement, schema.RootElement, "closed")));
    }
}
