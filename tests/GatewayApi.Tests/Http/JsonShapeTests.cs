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

    [Theory]
    [InlineData("""{"one":{"a":1},"many":{"x":2}}""", "")]
    [InlineData("""{"one":null,"many":{}}""", "")]
    [InlineData("""{"one":{"a":1,"b":2},"many":{}}""", "body: one has an undocumented b")]
    [InlineData("""{"one":{},"many":{}}""", "body: one lacks a")]
    [InlineData("""{"one":null,"many":{"x":"y"}}""", """body: many: x is "y" and must be integer""")]
    [InlineData("""{"one":null,"many":{},"two":2}""", "body has an undocumented two")]
    public void References_and_choices_are_followed_and_what_is_not_named_is_not_there(string body, string fault)
    {
        using var document = JsonDocument.Parse(
            """
            {"schemas":{
              "Body":{"type":"object","properties":{"one":{"oneOf":[{"type":"null"},{"$ref":"#/schemas/One"}]},"many":{"type":"object","additionalProperties":{"type":"integer"}}}},
              "One":{"type":"object","required":["a"],"properties":{"a":{"type":"integer"}}}}}
            """);
        using var schema = JsonDocument.Parse("""{"$ref":"#/schemas/Body"}""");
        using var value = JsonDocument.Parse(body);

        Assert.Equal(fault, string.Join("; ", JsonShape.Faults(value.RootElement, schema.RootElement, "body", document.RootElement)));
    }
}
