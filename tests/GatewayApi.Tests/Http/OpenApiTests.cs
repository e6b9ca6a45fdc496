using Aurora.GatewayApi.Tests.Fakes;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Testing;

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
    [InlineData("/tasks", "/tasks?limit=2")]
    [InlineData("/tasks", "/tasks?status=failed")]
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

        Assert.Empty(JsonShape.Faults(body, schema, path));
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
                    "gpu-1", "active", [new GpuDevice(0, "RTX 4090", 24L << 30, "uuid")], [new GpuTelemetry(0, 1L << 30, 0.5, double.NaN, null) { Errors = [new(GpuErrorKinds.EccCorrected, null, 3), new(GpuErrorKinds.Xid, 79, 1)] }],
                    [1L << 30], 1, 4, DateTimeOffset.UnixEpoch, 0.5, 4, ["test"], """{"simulated":true}""", "orleans"),
            ],
            1, 0, 2);
    }
}
