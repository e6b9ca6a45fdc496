using System.Net;
using Aurora.GatewayApi.Tests.Fakes;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>The documented answers, letter for letter.</summary>
public sealed class DocumentedEndpointTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    private const long Gb = 1L << 30;

    [Fact]
    public async Task The_root_says_who_answers() =>
        Assert.Equal(
            """{"service":"Aurora GPU Mesh Coordinator","version":"0.1.0","coordinator":"lead-1","role":"lead","status":"active"}""",
            await Client.GetStringAsync("/"));

    [Fact]
    public async Task Health_is_healthy_with_a_timestamp()
    {
        var body = await (await Client.GetAsync("/health")).JsonAsync();

        Assert.Equal(["status", "timestamp"], body.EnumerateObject().Select(member => member.Name));
        Assert.Equal("healthy", body.GetProperty("status").GetString());
        Assert.True(body.GetProperty("timestamp").TryGetDateTimeOffset(out _));
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/health/ready")]
    public async Task Health_is_503_with_the_reason_when_the_store_is_away(string path)
    {
        Mesh.StoreFault = "disk full";

        using var response = await Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var body = await response.JsonAsync();
        Assert.Equal("unhealthy", body.GetProperty("status").GetString());
        Assert.Equal("store: disk full", body.GetProperty("reasons")[0].GetString());
    }

    [Fact]
    public async Task Health_says_why_the_scheduler_cannot_work()
    {
        Mesh.Unavailable = true;

        var body = await (await Client.GetAsync("/health")).JsonAsync();

        Assert.Contains("scheduler: The store is out of reach.", body.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString()));
    }

    [Fact]
    public async Task Live_stays_healthy_when_the_store_is_away()
    {
        Mesh.StoreFault = "disk full";

        Assert.Equal(HttpStatusCode.OK, (await Client.GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task Mesh_status_counts_the_active_nodes_only()
    {
        Mesh.Mesh = TwoNodes();

        Assert.Equal(
            """{"coordinator":"lead-1","total_nodes":1,"total_gpus":2,"total_vram":48,"active_tasks":1,"queued_tasks":3,"completed_tasks":7"""
            + ""","nodes":{"gpu-1":{"gpu_count":2,"gpu_type":"NVIDIA GeForce RTX 4090","gpu_memory":48,"status":"active","active_tasks":1,"completed_tasks":4}"""
            + ""","cpu-1":{"gpu_count":0,"gpu_type":"CPU","gpu_memory":0,"status":"disconnected","active_tasks":0,"completed_tasks":3}}}""",
            await Client.GetStringAsync("/mesh/status"));
    }

    [Fact]
    public async Task Mesh_nodes_has_the_six_fields_and_the_last_ping_first()
    {
        Mesh.Mesh = TwoNodes();

        var node = (await (await Client.GetAsync("/mesh/nodes")).JsonAsync()).GetProperty("nodes").GetProperty("gpu-1");

        Assert.Equal(
            ["gpu_count", "gpu_type", "gpu_memory", "status", "active_tasks", "completed_tasks", "last_ping"],
            node.EnumerateObject().Take(7).Select(member => member.Name));
        Assert.Equal(1_700_000_000.5, node.GetProperty("last_ping").GetDouble());
        Assert.Equal(0.5, node.GetProperty("gpus")[0].GetProperty("utilization").GetDouble());
        Assert.Equal(
            """[{"kind":"ecc_uncorrected","xid":null,"count":2},{"kind":"xid","xid":79,"count":1}]""", node.GetProperty("gpus")[0].GetProperty("errors").GetRawText());
        Assert.Equal("null", node.GetProperty("gpus")[1].GetProperty("errors").GetRawText());
    }

    [Fact]
    public async Task Active_tasks_are_an_object_keyed_by_id_over_every_page()
    {
        Mesh.Active.AddRange(Enumerable.Range(0, 1001).Select(number => TaskOf($"task_{number:D5}", "queued")));

        var tasks = (await (await Client.GetAsync("/tasks/active")).JsonAsync()).GetProperty("tasks");

        Assert.Equal(1001, tasks.EnumerateObject().Count());
        Assert.Equal(
            """{"task_id":"task_00000","task_type":"training","requirements":{"memory_gb":24},"priority":5,"status":"queued","assigned_node":null"""
            + ""","submitted_at":1700000000.25,"started_at":null,"completed_at":null,"attempt":1,"gpus":[0]}""",
            tasks.GetProperty("task_00000").GetRawText());
    }

    [Fact]
    public async Task Active_tasks_are_an_empty_object_when_there_are_none() =>
        Assert.Equal("""{"tasks":{}}""", await Client.GetStringAsync("/tasks/active"));

    [Fact]
    public async Task Completed_tasks_are_an_array_of_the_last_hundred_oldest_first()
    {
        Mesh.Completed.AddRange(Enumerable.Range(0, 120).Select(number => TaskOf($"task_{number:D3}", "completed", """{"loss":0.1}""")));

        var tasks = (await (await Client.GetAsync("/tasks/completed")).JsonAsync()).GetProperty("tasks");

        Assert.Equal(100, tasks.GetArrayLength());
        Assert.Equal("task_020", tasks[0].GetProperty("task_id").GetString());
        Assert.Equal(
            """{"task_id":"task_119","task_type":"training","requirements":{"memory_gb":24},"priority":5,"status":"completed","assigned_node":"node-1","""
            + "\"submitted_at\":1700000000.25," + """{"started_at":1700000001,"completed_at":1700000002.5,"result":{"loss":0.1},"attempt":1,"gpus":[0]}"""[1..],
            tasks[99].GetRawText());
    }

    [Fact]
    public async Task A_result_that_is_no_json_does_not_break_the_listing()
    {
        Mesh.Completed.Add(TaskOf("task_1", "completed", "{broken"));

        var tasks = (await (await Client.GetAsync("/tasks/completed")).JsonAsync()).GetProperty("tasks");

        Assert.Equal("{broken", tasks[0].GetProperty("result").GetString());
    }

    private static MeshView TwoNodes()
    {
        GpuDevice[] gpus = [new(0, "NVIDIA GeForce RTX 4090", 24 * Gb, "a"), new(1, "NVIDIA GeForce RTX 4090", 24 * Gb, "b")];
        var seen = DateTimeOffset.UnixEpoch.AddMilliseconds(1_700_000_000_500);
        return new MeshView(
            [
                new("gpu-1", "active", gpus, [new(0, 5, 0.5, double.NaN, null) { Errors = [new(GpuErrorKinds.EccUncorrected, null, 2), new(GpuErrorKinds.Xid, 79, 1)] }], [1, 2], 1, 4, seen, 0.25, 2, ["test"], """{"simulated":true}""", "orleans"),
                new("cpu-1", "disconnected", [], [], [], 0, 3, seen, 0, 1, ["test"], "{}", "websocket"),
            ],
            QueuedTasks: 3, ActiveTasks: 1, CompletedTasks: 7);
    }
}
