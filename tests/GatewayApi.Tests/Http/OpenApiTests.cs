using System.Text;
using System.Text.Json;
using Aurora.GatewayApi.Tests.Fakes;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Output;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Testing;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>What the gateway answers is what its OpenAPI document says.</summary>
public sealed class OpenApiTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    private static readonly TaskControls Everything = new()
    {
        Timeouts = new TaskTimeouts(1, 2, 3, 4),
        RetryOn = [FailureNames.NodeLost],
        ExitCodes = [7],
        After = [new TaskPrerequisite("task_before", AnyEnd: true)],
        Labels = new Dictionary<string, string> { ["run"] = "7" },
        Tenant = "vision",
        DurationS = 60,
        DeadlineS = 600,
        Webhook = "https://example.org/hook",
    };

    public static TheoryData<string, string[]> Answers => new()
    {
        { "/tasks/{task_id}", ["/tasks/task_queued", "/tasks/task_completed", "/tasks/task_failed", "/tasks/task_several-000001"] },
        { "/tasks/{task_id}/explain", ["/tasks/task_queued/explain"] },
        { "/tasks/active", ["/tasks/active"] },
        { "/tasks/completed", ["/tasks/completed"] },
        { "/tasks/dead", ["/tasks/dead"] },
        { "/tasks", ["/tasks?limit=2", "/tasks?status=failed"] },
        { "/mesh/status", ["/mesh/status"] },
        { "/mesh/nodes", ["/mesh/nodes"] },
        { "/mesh/nodes/{node_id}/tasks", ["/mesh/nodes/node-1/tasks"] },
        { "/mesh/queue", ["/mesh/queue", "/mesh/queue?priority=5"] },
        { "/mesh/costs", ["/mesh/costs?from=2026-01-01&to=2026-01-31", "/mesh/costs?by=node"] },
        { "/mesh/bootstrap", ["/mesh/bootstrap"] },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Bodies_match_their_documented_schema(string documented, string[] paths)
    {
        Fill();
        var document = await DocumentAsync();
        foreach (var path in paths)
        {
            Assert.Empty(JsonShape.Faults(await ReadAsync(path), SchemaOf(document, documented, "get"), path, document));
        }
    }

    [Fact]
    public async Task A_plan_matches_its_documented_schema()
    {
        var document = await DocumentAsync();
        var body = new StringContent("""{"tasks":[{"task_type":"test"},{"task_type":"training","requirements":{"gpu_count":1}}]}""", Encoding.UTF8, "application/json");

        var plan = await (await Client.PostAsync("/tasks/plan", body)).JsonAsync();

        Assert.Equal(2, plan.GetProperty("tasks").GetArrayLength());
        Assert.Empty(JsonShape.Faults(plan, SchemaOf(document, "/tasks/plan", "post"), "plan", document));
    }

    /// <summary>Otherwise a member that nobody documented could be one that no body here has.</summary>
    [Theory]
    [InlineData("/tasks/{task_id}")]
    [InlineData("/mesh/status")]
    [InlineData("/mesh/nodes")]
    public async Task The_bodies_that_are_compared_have_everything_that_is_documented(string documented)
    {
        Fill();
        var bodies = new List<JsonElement>();
        foreach (var path in Answers.Single(answer => answer.Data.Item1 == documented).Data.Item2)
        {
            bodies.Add(await ReadAsync(path));
        }

        Assert.Empty(Missing(SchemaOf(await DocumentAsync(), documented, "get"), bodies, documented));
    }

    private async Task<JsonElement> DocumentAsync() => await (await Client.GetAsync("/openapi/v1.json")).JsonAsync();

    private async Task<JsonElement> ReadAsync(string path) => await (await Client.GetAsync(path)).EnsureSuccessStatusCode().JsonAsync();

    private static JsonElement SchemaOf(JsonElement document, string path, string method) => document.GetProperty("paths").GetProperty(path).GetProperty(method)
        .GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema");

    private static IEnumerable<string> Missing(JsonElement schema, IReadOnlyList<JsonElement> values, string at)
    {
        var objects = values.Where(value => value.ValueKind is JsonValueKind.Object).ToList();
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject() : default)
        {
            named.Add(property.Name);
            var told = objects.Where(value => value.TryGetProperty(property.Name, out var told) && told.ValueKind is not JsonValueKind.Null)
                .Select(value => value.GetProperty(property.Name)).ToList();
            foreach (var missing in told.Count == 0 ? [$"{at}: {property.Name}"] : Missing(property.Value, told, $"{at}: {property.Name}"))
            {
                yield return missing;
            }
        }

        var others = objects.SelectMany(value => value.EnumerateObject()).Where(member => !named.Contains(member.Name)).Select(member => member.Value);
        var items = values.Where(value => value.ValueKind is JsonValueKind.Array).SelectMany(value => value.EnumerateArray());
        foreach (var (name, inner) in new[] { ("additionalProperties", others), ("items", items) })
        {
            foreach (var missing in schema.TryGetProperty(name, out var shape) && shape.ValueKind is JsonValueKind.Object ? Missing(shape, [.. inner], at) : [])
            {
                yield return missing;
            }
        }
    }

    private void Fill()
    {
        var (queued, completed, failed, running) = (
            TaskOf("task_queued", "queued") with
            {
                LastError = "its node was lost",
                NotBefore = DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_009),
                Controls = Everything,
                Webhook = new WebhookView("failed", 3, "no route to host"),
            },
            TaskOf("task_completed", "completed", result: """{"loss":0.5}""", payload: """{"script":"x"}""") with { Cost = 0.25, Pool = "vision" },
            TaskOf("task_failed", "failed", error: "out of memory"),
            TaskOf("task_several-000001", "running") with { Members = [new GangMemberView("node-1", [0], HasEnded: false), new GangMemberView("node-2", [1], HasEnded: true)] });
        foreach (var task in new[] { queued, completed, failed, running })
        {
            Mesh.Tasks[task.TaskId] = task;
        }

        Mesh.Logs[running.TaskId] = [new OutputItem(1, OutputKind.Progress, """{"progress":0.5}""")];
        Mesh.Active.AddRange([queued, running]);
        Mesh.Completed.AddRange([completed, failed]);
        Mesh.Queue.Add(new QueuedTaskView(queued.TaskId, queued.TaskType, queued.Priority, 5.5, queued.SubmittedAt, "it waits"));
        Mesh.Costs.Add(new CostView(new DateOnly(2026, 1, 2), "gpu-1", "vision", "training", "default", "spot", 3, 60, 1.5, 4));
        Mesh.Mesh = new MeshView(
            [
                new NodeStatusView(
                    "gpu-1", "stuck", [new GpuDevice(0, "RTX 4090", 24L << 30, "uuid")], [new GpuTelemetry(0, 1L << 30, 0.5, 60, 300) { Errors = [new(GpuErrorKinds.EccCorrected, null, 3), new(GpuErrorKinds.Xid, 79, 1)] }],
                    [1L << 30], 1, 4, DateTimeOffset.UnixEpoch, 0.5, 4, ["test"], """{"simulated":true}""", "orleans")
                {
                    Pools = ["default", "vision"],
                    IdleSince = DateTimeOffset.UnixEpoch,
                    ReleaseAdvised = true,
                    StatusReason = "process 7 cannot be killed",
                },
                new NodeStatusView("cpu-1", "active", [], [], [], 0, 0, DateTimeOffset.UnixEpoch, double.NaN, 1, [], "", "websocket"),
                new NodeStatusView("old-1", "active", [new GpuDevice(0, "A40", 48L << 30, "")], [new GpuTelemetry(0, 0, null, double.NaN, null)], [], 0, 0, DateTimeOffset.UnixEpoch, 0, 1, [], "{}", "websocket"),
            ],
            1, 0, 2)
        {
            Pools = [new PoolStatusView("default", "balanced", 3, 1, 0, 2), new PoolStatusView("vision", "cost", 1, 0, 0, 0)],
        };
    }
}
