using System.Text.Json;
using Aurora.GatewayApi.Tests.Fakes;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>What the gateway answers is what its OpenAPI document says.</summary>
public sealed class OpenApiTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    [Theory]
    [InlineData("/tasks/{task_id}", "/tasks/task_queued")]
    [InlineData("/tasks/{task_id}", "/tasks/task_completed")]
    [InlineData("/tasks/{task_id}", "/tasks/task_failed")]
    [InlineData("/tasks/active", "/tasks/active")]
    [InlineData("/tasks/completed", "/tasks/completed")]
    [InlineData("/mesh/status", "/mesh/status")]
    [InlineData("/mesh/nodes", "/mesh/nodes")]
    [InlineData("/mesh/nodes/{node_id}/tasks", "/mesh/nodes/node-1/tasks")]
    [InlineData("/mesh/queue", "/mesh/queue")]
    public async Task Bodies_match_their_documented_schema(string documented, string path)
    {
        Fill();
        var document = await (await Client.GetAsync("/openapi/v1.json")).JsonAsync();
        var schema = document.GetProperty("paths").GetProperty(documented).GetProperty("get")
            .GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema");

        var body = await (await Client.GetAsync(path)).JsonAsync();

        Assert.Empty(Faults(body, schema, path));
    }

    [Fact]
    public async Task Every_operation_documents_a_summary_and_a_success()
    {
        var document = await (await Client.GetAsync("/openapi/v1.json")).JsonAsync();

        var bare = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject(), (path, operation) => (Name: $"{operation.Name} {path.Name}", operation.Value))
            .Where(operation => !operation.Value.TryGetProperty("summary", out _)
                || !operation.Value.GetProperty("responses").EnumerateObject().Any(response => response.Name is ['1' or '2' or '3', ..]))
            .Select(operation => operation.Name);

        Assert.Empty(bare);
    }

    [Theory]
    [InlineData("""{"a":1}""", "closed: a is 1 and must be string")]
    [InlineData("""{}""", "closed lacks a")]
    [InlineData("""{"a":"x","b":1}""", "closed has an undocumented b")]
    public void The_comparison_itself_finds_what_differs(string body, string fault)
    {
        using var schema = JsonDocument.Parse("""{"type":"object","required":["a"],"properties":{"a":{"type":"string"}},"additionalProperties":false}""");
        using var value = JsonDocument.Parse(body);

        Assert.Equal(fault, Assert.Single(Faults(value.RootElement, schema.RootElement, "closed")));
    }

    private void Fill()
    {
        var (queued, completed, failed) = (
            TaskOf("task_queued", "queued"),
            TaskOf("task_completed", "completed", result: """{"loss":0.5}""", payload: """{"script":"x"}"""),
            TaskOf("task_failed", "failed", error: "out of memory"));
        foreach (var task in new[] { queued, completed, failed })
        {
            Mesh.Tasks[task.TaskId] = task;
        }

        Mesh.Active.Add(queued);
        Mesh.Completed.AddRange([completed, failed]);
        Mesh.Mesh = new MeshView(
            [
                new NodeStatusView(
                    "gpu-1", "active", [new GpuDevice(0, "RTX 4090", 24L << 30, "uuid")], [new GpuTelemetry(0, 1L << 30, 0.5, double.NaN, null)],
                    [1L << 30], 1, 4, DateTimeOffset.UnixEpoch, 0.5, 4, ["test"], """{"simulated":true}""", "orleans"),
            ],
            1, 0, 2);
    }

    /// <summary>How a value differs from the part of JSON Schema that the document uses.</summary>
    private static IEnumerable<string> Faults(JsonElement value, JsonElement schema, string at)
    {
        if (schema.TryGetProperty("type", out var type))
        {
            var allowed = type.ValueKind is JsonValueKind.Array ? [.. type.EnumerateArray().Select(each => each.GetString()!)] : new[] { type.GetString()! };
            if (!allowed.Any(each => Is(value, each)))
            {
                return [$"{at} is {value.GetRawText()} and must be {string.Join(" or ", allowed)}"];
            }
        }

        return value.ValueKind switch
        {
            JsonValueKind.Object => ObjectFaults(value, schema, at),
            JsonValueKind.Array when schema.TryGetProperty("items", out var items) =>
                value.EnumerateArray().SelectMany((item, index) => Faults(item, items, $"{at}[{index}]")),
            _ => [],
        };
    }

    private static IEnumerable<string> ObjectFaults(JsonElement value, JsonElement schema, string at)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray().Where(name => !value.TryGetProperty(name.GetString()!, out _)))
            {
                yield return $"{at} lacks {name.GetString()}";
            }
        }

        foreach (var member in value.EnumerateObject())
        {
            if (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(member.Name, out var known))
            {
                foreach (var fault in Faults(member.Value, known, $"{at}: {member.Name}"))
                {
                    yield return fault;
                }
            }
            else if (schema.TryGetProperty("additionalProperties", out var others))
            {
                if (others.ValueKind is JsonValueKind.False)
                {
                    yield return $"{at} has an undocumented {member.Name}";
                }
                else if (others.ValueKind is JsonValueKind.Object)
                {
                    foreach (var fault in Faults(member.Value, others, $"{at}: {member.Name}"))
                    {
                        yield return fault;
                    }
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
