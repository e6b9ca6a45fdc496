using System.Text.Json;

namespace Aurora.Testing;

/// <summary>
/// How a value differs from a schema, in the part of JSON Schema that our documents use: type, enum, required, properties, additionalProperties,
/// items, oneOf, and references into the document. A schema that names properties and says nothing of others has no others.
/// </summary>
public static class JsonShape
{
    /// <param name="at">What the value is called in the sentences.</param>
    /// <param name="document">What references point into; the schema itself where it is not given.</param>
    public static IEnumerable<string> Faults(JsonElement value, JsonElement schema, string at, JsonElement? document = null)
    {
        var root = document ?? schema;
        schema = Resolve(schema, root);
        if (schema.TryGetProperty("oneOf", out var choices))
        {
            var faults = choices.EnumerateArray().Select(choice => Faults(value, choice, at, root).ToList()).ToList();
            return faults.Exists(none => none.Count == 0) ? [] : faults[^1];
        }

        if (schema.TryGetProperty("type", out var type))
        {
            var allowed = type.ValueKind is JsonValueKind.Array ? [.. type.EnumerateArray().Select(each => each.GetString()!)] : new[] { type.GetString()! };
            if (!allowed.Any(each => Is(value, each)))
            {
                return [$"{at} is {value.GetRawText()} and must be {string.Join(" or ", allowed)}"];
            }
        }

        if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(word => JsonElement.DeepEquals(word, value)))
        {
            return [$"{at} is {value.GetRawText()} and must be one of {words.GetRawText()}"];
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object => ObjectFaults(value, schema, at, root),
            JsonValueKind.Array when schema.TryGetProperty("items", out var items) =>
                value.EnumerateArray().SelectMany((item, index) => Faults(item, items, $"{at}[{index}]", root)),
            _ => [],
        };
    }

    private static JsonElement Resolve(JsonElement schema, JsonElement root)
    {
        while (schema.TryGetProperty("$ref", out var reference))
        {
            schema = reference.GetString()!.Split('/').Skip(1).Aggregate(root, (at, name) => at.GetProperty(name));
        }

        return schema;
    }

    private static IEnumerable<string> ObjectFaults(JsonElement value, JsonElement schema, string at, JsonElement root)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)))
            {
                yield return $"{at} lacks {name.GetString()}";
            }
        }

        var hasProperties = schema.TryGetProperty("properties", out var properties);
        var hasOthers = schema.TryGetProperty("additionalProperties", out var others);
        foreach (var member in value.EnumerateObject())
        {
            if (hasProperties && properties.TryGetProperty(member.Name, out var known))
            {
                foreach (var fault in Faults(member.Value, known, $"{at}: {member.Name}", root))
                {
                    yield return fault;
                }
            }
            else if (hasOthers ? others.ValueKind is JsonValueKind.False : hasProperties)
            {
                yield return $"{at} has an undocumented {member.Name}";
            }
            else if (others.ValueKind is JsonValueKind.Object)
            {
                foreach (var fault in Faults(member.Value, others, $"{at}: {member.Name}", root))
                {
                    yield return fault;
                }
            }
        }
    }

    private static bool Is(JsonElement value, string type) => type switch
    {
        "object" => value.ValueKind is JsonValueKind.Object,
        "array" => value.ValueKind is JsonValueKind.Array,
        "string" => value.ValueKind is JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind is JsonValueKind.Number,
        "null" => value.ValueKind is JsonValueKind.Null,
        _ => false,
    };
}
