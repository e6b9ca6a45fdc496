using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>What makes an OpenAPI document fit for generators of clients and of pages; the rules are those that linters have in common.</summary>
internal static partial class OpenApiLint
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];

    /// <summary>Every breach, each a sentence that names its place.</summary>
    public static IReadOnlyList<string> Faults(JsonObject document) =>
    [
        .. Header(document),
        .. Paths(document),
        .. Operations(document).SelectMany(each => Operation(each.Name, each.Path, each.Operation, document)),
        .. Repeated(Operations(document).Select(each => (string?)each.Operation["operationId"]), "operationId"),
        .. Components(document),
        .. Schemas(document, "").SelectMany(each => Schema(each.Place, each.Schema)),
    ];

    private static IEnumerable<string> Header(JsonObject document)
    {
        foreach (var name in new[] { "title", "version", "description" }.Where(name => string.IsNullOrWhiteSpace((string?)document["info"]?[name])))
        {
            yield return $"info has no {name}";
        }

        foreach (var tag in (document["tags"]?.AsArray() ?? []).Where(tag => string.IsNullOrWhiteSpace((string?)tag!["description"])))
        {
            yield return $"tag {tag!["name"]} has no description";
        }
    }

    // Two paths that differ in the names of their parameters only are one path.
    private static IEnumerable<string> Paths(JsonObject document) =>
        Repeated((document["paths"]?.AsObject() ?? []).Select(path => (string?)Parameter().Replace(path.Key, "{}")), "path")
            .Concat((document["paths"]?.AsObject() ?? []).Where(path => path.Key.Contains('?') || (path.Key.Length > 1 && path.Key.EndsWith('/'))).Select(path => $"{path.Key} has a query or ends with a slash"));

    private static IEnumerable<string> Operation(string name, string path, JsonObject operation, JsonObject document)
    {
        if (string.IsNullOrWhiteSpace((string?)operation["summary"]))
        {
            yield return $"{name} has no summary";
        }

        if ((string?)operation["operationId"] is not { } id || !Identifier().IsMatch(id))
        {
            yield return $"{name} has no operationId that a program can have as a name";
        }

        var declared = (document["tags"]?.AsArray() ?? []).Select(tag => (string?)tag!["name"]).ToHashSet();
        if (operation["tags"] is not JsonArray { Count: > 0 } tags || !tags.All(tag => declared.Contains((string?)tag)))
        {
            yield return $"{name} has no tag, or one that the document does not declare";
        }

        foreach (var fault in Parameters(name, path, operation).Concat(Responses(name, operation)).Concat(Security(name, operation, document)))
        {
            yield return fault;
        }

        if (operation["requestBody"] is JsonObject body && !HasSchema(body))
        {
            yield return $"{name} takes a body without a schema";
        }
    }

    private static IEnumerable<string> Parameters(string name, string path, JsonObject operation)
    {
        var parameters = (operation["parameters"]?.AsArray() ?? []).Select(parameter => parameter!.AsObject()).ToList();
        var inPath = parameters.Where(parameter => (string?)parameter["in"] == "path").Select(parameter => (string?)parameter["name"]).ToList();
        if (!Parameter().Matches(path).Select(match => match.Groups[1].Value).Order().SequenceEqual(inPath.Order()))
        {
            yield return $"{name} declares the path parameters {string.Join(", ", inPath)}";
        }

        foreach (var parameter in parameters)
        {
            if (parameter["schema"] is not JsonObject)
            {
                yield return $"{name}: parameter {parameter["name"]} has no schema";
            }

            if ((string?)parameter["in"] == "path" && !((bool?)parameter["required"] ?? false))
            {
                yield return $"{name}: parameter {parameter["name"]} is in the path and not required";
            }
        }

        foreach (var fault in Repeated(parameters.Select(parameter => (string?)$"{parameter["in"]} {parameter["name"]}"), $"{name}: parameter"))
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> Responses(string name, JsonObject operation)
    {
        var responses = operation["responses"]?.AsObject() ?? [];
        if (!responses.Any(response => response.Key is ['1' or '2' or '3', ..]))
        {
            yield return $"{name} has no response of success";
        }

        foreach (var (status, response) in responses)
        {
            if (string.IsNullOrWhiteSpace((string?)response!["description"]))
            {
                yield return $"{name} {status} has no description";
            }

            if (status is ['4' or '5', ..] && !HasSchema(response.AsObject()))
            {
                yield return $"{name} {status} is a refusal without a body";
            }

            if (status is "204" && response["content"] is JsonObject { Count: > 0 })
            {
                yield return $"{name} 204 has a body";
            }
        }
    }

    private static IEnumerable<string> Security(string name, JsonObject operation, JsonObject document)
    {
        var schemes = document["components"]?["securitySchemes"]?.AsObject() ?? [];
        if (operation["security"] is not JsonArray security)
        {
            yield return $"{name} does not say which key it needs, or that it needs none";
            yield break;
        }

        foreach (var scheme in security.SelectMany(requirement => requirement!.AsObject()).Where(scheme => !schemes.ContainsKey(scheme.Key)))
        {
            yield return $"{name} needs {scheme.Key}, which the document does not declare";
        }

        var responses = operation["responses"]?.AsObject() ?? [];
        if (security.Count > 0 != (responses.ContainsKey("401") && responses.ContainsKey("403")))
        {
            yield return $"{name} is {(security.Count > 0 ? "guarded" : "open")} and answers {string.Join(", ", responses.Select(response => response.Key))}";
        }
    }

    private static IEnumerable<string> Components(JsonObject document)
    {
        var text = document.ToJsonString();
        foreach (var name in (document["components"]?["schemas"]?.AsObject() ?? []).Select(schema => schema.Key).Where(name => !text.Contains($"\"#/components/schemas/{name}\"", StringComparison.Ordinal)))
        {
            yield return $"schema {name} is not used";
        }

        foreach (var path in Reference().Matches(text).Select(match => match.Groups[1].Value).Distinct()
            .Where(path => path.Split('/').Aggregate((JsonNode?)document, (node, name) => node?[name]) is null))
        {
            yield return $"#/{path} leads nowhere";
        }
    }

    private static IEnumerable<string> Schema(string place, JsonObject schema)
    {
        if (schema["required"] is JsonArray required && schema["properties"] is JsonObject properties)
        {
            foreach (var name in required.Select(name => (string)name!).Where(name => !properties.ContainsKey(name)))
            {
                yield return $"{place} requires {name}, which it does not have";
            }
        }

        if (schema["enum"] is JsonArray words)
        {
            foreach (var fault in Repeated(words.Select(word => word?.ToJsonString()), $"{place}: value"))
            {
                yield return fault;
            }
        }

        if ((schema["type"] is JsonValue kind && kind.ToString() == "array") && schema["items"] is null)
        {
            yield return $"{place} is an array of nothing";
        }
    }

    private static IEnumerable<(string Place, JsonObject Schema)> Schemas(JsonNode? node, string place) => node switch
    {
        JsonObject json => json.SelectMany(member => Schemas(member.Value, $"{place}/{member.Key}")).Concat(json.ContainsKey("type") && json["type"] is not JsonObject ? [(place, json)] : []),
        JsonArray list => list.Index().SelectMany(item => Schemas(item.Item, $"{place}/{item.Index}")),
        _ => [],
    };

    private static bool HasSchema(JsonObject body) => body["content"] is JsonObject { Count: > 0 } content && content.All(media => media.Value?["schema"] is JsonObject);

    private static IEnumerable<string> Repeated(IEnumerable<string?> values, string what) =>
        values.GroupBy(value => value).Where(group => group.Key is not null && group.Count() > 1).Select(group => $"{what} {group.Key} appears {group.Count()} times");

    private static IEnumerable<(string Name, string Path, JsonObject Operation)> Operations(JsonObject document) => (document["paths"]?.AsObject() ?? []).SelectMany(
        path => path.Value!.AsObject().Where(member => Methods.Contains(member.Key)), (path, operation) => ($"{operation.Key} {path.Key}", path.Key, operation.Value!.AsObject()));

    [GeneratedRegex(@"\{\**([^}:]+)[^}]*\}")]
    private static partial Regex Parameter();

    [GeneratedRegex("^[a-z][A-Za-z0-9]*$")]
    private static partial Regex Identifier();

    [GeneratedRegex("""
        "\$ref":"#/([^"]+)"
        """)]
    private static partial Regex Reference();
}
