using System.Text.Json.Nodes;
using Aurora.GatewayApi.Tests.Fakes;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>The OpenAPI document passes our linter, and the linter finds what it is there to find.</summary>
public sealed class OpenApiLintTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    private const string Good = """
        {"openapi":"3.1.1","info":{"title":"t","version":"1","description":"d"},"tags":[{"name":"Tasks","description":"d"}],
         "paths":{"/tasks/{id}":{"get":{"operationId":"getTask","summary":"s","tags":["Tasks"],"security":[{"key":[]}],
           "parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}}],
           "responses":{"200":{"description":"OK","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Task"}}}},
             "401":{"description":"no","content":{"application/problem+json":{"schema":{"type":"object"}}}},
             "403":{"description":"no","content":{"application/problem+json":{"schema":{"type":"object"}}}}}}}},
         "components":{"schemas":{"Task":{"type":"object","required":["a"],"properties":{"a":{"type":"string","enum":["x","y"]},"b":{"type":"array","items":{"type":"string"}}}}},
           "securitySchemes":{"key":{"type":"http","scheme":"bearer"}}}}
        """;

    [Fact]
    public async Task The_document_passes() =>
        Assert.Empty(OpenApiLint.Faults(JsonNode.Parse(await (await Client.GetAsync("/openapi/v1.json")).Content.ReadAsStringAsync())!.AsObject()));

    [Fact]
    public void A_good_document_passes() => Assert.Empty(OpenApiLint.Faults(JsonNode.Parse(Good)!.AsObject()));

    [Theory]
    [InlineData("\"description\":\"d\"},\"tags\"", "\"description\":\"\"},\"tags\"", "info has no description")]
    [InlineData("{\"name\":\"Tasks\",\"description\":\"d\"}", "{\"name\":\"Tasks\"}", "tag Tasks has no description")]
    [InlineData("\"summary\":\"s\",", "", "get /tasks/{id} has no summary")]
    [InlineData("\"getTask\"", "\"get task\"", "get /tasks/{id} has no operationId that a program can have as a name")]
    [InlineData("\"tags\":[\"Tasks\"]", "\"tags\":[\"Others\"]", "get /tasks/{id} has no tag, or one that the document does not declare")]
    [InlineData("\"name\":\"id\"", "\"name\":\"other\"", "get /tasks/{id} declares the path parameters other")]
    [InlineData(",\"schema\":{\"type\":\"string\"}}],", "}],", "get /tasks/{id}: parameter id has no schema")]
    [InlineData("\"required\":true,", "", "get /tasks/{id}: parameter id is in the path and not required")]
    [InlineData("\"200\":", "\"404\":", "get /tasks/{id} has no response of success")]
    [InlineData("\"description\":\"OK\"", "\"description\":\"\"", "get /tasks/{id} 200 has no description")]
    [InlineData("\"403\":{\"description\":\"no\",\"content\":{\"application/problem+json\":{\"schema\":{\"type\":\"object\"}}}}", "\"403\":{\"description\":\"no\"}", "get /tasks/{id} 403 is a refusal without a body")]
    [InlineData("\"security\":[{\"key\":[]}],", "", "get /tasks/{id} does not say which key it needs, or that it needs none")]
    [InlineData("\"security\":[{\"key\":[]}],", "\"security\":[],", "get /tasks/{id} is open and answers 200, 401, 403")]
    [InlineData("[{\"key\":[]}]", "[{\"other\":[]}]", "get /tasks/{id} needs other, which the document does not declare")]
    [InlineData("{\"Task\":", "{\"Unused\":{},\"Task\":", "schema Unused is not used")]
    [InlineData("schemas/Task\"", "schemas/Tusk\"", "#/components/schemas/Tusk leads nowhere")]
    [InlineData("\"required\":[\"a\"]", "\"required\":[\"z\"]", "/components/schemas/Task requires z, which it does not have")]
    [InlineData("[\"x\",\"y\"]", "[\"x\",\"x\"]", "/components/schemas/Task/properties/a: value \"x\" appears 2 times")]
    [InlineData(",\"items\":{\"type\":\"string\"}", "", "/components/schemas/Task/properties/b is an array of nothing")]
    public void A_breach_is_named_with_its_place(string good, string bad, string fault)
    {
        var text = string.Concat(Good.Split('\n').Select(line => line.Trim()));
        Assert.Contains(good, text, StringComparison.Ordinal);

        Assert.Contains(fault, OpenApiLint.Faults(JsonNode.Parse(text.Replace(good, bad, StringComparison.Ordinal))!.AsObject()));
    }
}
