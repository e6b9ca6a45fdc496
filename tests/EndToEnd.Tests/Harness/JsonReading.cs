using System.Text.Json.Nodes;

namespace Aurora.EndToEnd.Tests.Harness;

/// <summary>Reads members that must be there, and says what was there instead when they are not.</summary>
internal static class JsonReading
{
    public static string Text(this JsonNode json, string name) => Value<string>(json, name);

    public static int Number(this JsonNode json, string name) => Value<int>(json, name);

    public static JsonObject Object(this JsonNode json, string name)
    {
        Assert.True(json[name] is JsonObject, $"'{name}' should be an object in {json.ToJsonString()}");
        return json[name]!.AsObject();
    }

    public static JsonArray Array(this JsonNode json, string name)
    {
        Assert.True(json[name] is JsonArray, $"'{name}' should be an array in {json.ToJsonString()}");
        return json[name]!.AsArray();
    }

    private static T Value<T>(JsonNode json, string name)
    {
        if (json[name] is JsonValue value && value.TryGetValue<T>(out var found))
        {
            return found;
        }

        Assert.Fail($"'{name}' should be a {typeof(T).Name} in {json.ToJsonString()}");
        return default!;
    }
}
