using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.NodeAgent.Connection;

namespace Aurora.NodeAgent.Tests.Connection;

public sealed class WebSocketSessionTests : IAsyncLifetime
{
    private static readonly NodeRegistration Registration = new(
        "instance", [new GpuDevice(0, "A40", 48L << 30, "GPU-1")], 2, ["test"], ["acks"], [new AttemptId("kept", 3)], """{"boot_id":"b"}""", "websocket");

    private readonly FakeGateway gateway = new();
    private readonly RecordingOrders orders = new();
    private readonly TaskCompletionSource<IReadOnlyList<Uri>> moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IMeshSession session = null!;
    private FakeNodeSocket socket = null!;

    public async ValueTask InitializeAsync()
    {
        session = await WebSocketSession.ConnectAsync(new Uri(gateway.Address, "/ws/n"), "secret", others => moved.TrySetResult(others), CancellationToken.None);
        socket = await gateway.NextSocketAsync();
    }

    public async ValueTask DisposeAsync()
    {
        socket.Cut();
        await session.DisposeAsync();
        await gateway.DisposeAsync();
    }

    [Fact]
    public async Task It_connects_with_the_join_token_and_registers_with_its_inventory()
    {
        var joining = session.JoinAsync(Registration, orders, CancellationToken.None);
        var info = (await socket.NextAsync("register"))["node_info"]!;
        await socket.SendAsync("""{"type":"registered","heartbeat_interval_ms":250,"stop":[{"task_id":"old","attempt":2}]}""");
        var reply = await joining;

        Assert.Equal(("/ws/n", "Bearer secret"), (socket.Path, gateway.Authorization));
        Assert.Equal(("kept", 3), ((string?)info["running"]![0]!["task_id"], (int)info["running"]![0]!["attempt"]!));
        Assert.Equal(("instance", "b", 48), ((string?)info["instance_id"], (string?)info["boot_id"], (int)info["gpu_memory"]!));
        Assert.Equal(TimeSpan.FromMilliseconds(250), reply.HeartbeatInterval);
        Assert.Equal([new AttemptId("old", 2)], reply.Stop);
    }

    [Fact]
    public async Task A_part_of_a_gang_is_told_from_a_task_that_uses_the_name_for_itself()
    {
        await JoinAsync();
        await socket.SendAsync("""{"type":"task_assignment","task":{"task_id":"g","attempt":1,"task_type":"test","requirements":{"nodes":2},"payload":1,"gang":{"rank":1,"port":20001,"members":[{"node":"a","address":"10.0.0.1"},{"node":"n","address":"10.0.0.2"}]}}}""");
        await socket.SendAsync("""{"type":"task_assignment","task":{"task_id":"s","attempt":1,"task_type":"test","requirements":{"nodes":1},"gang":["mine"]}}""");
        await socket.SendAsync("""{"type":"task_stop","attempts":[{"task_id":"g","attempt":1}]}""");
        await orders.Stopped.Task.WaitAsync(FakeGateway.Patience);

        Assert.Equal((1, 20_001), (orders.Started[0].Gang!.Rank, orders.Started[0].Gang!.Port));
        Assert.Equal([new GangPeer("a", "10.0.0.1"), new GangPeer("n", "10.0.0.2")], orders.Started[0].Gang!.Members);
        Assert.Equal("""{"payload":1}""", orders.Started[0].Payload);
        Assert.Null(orders.Started[1].Gang);
        Assert.Equal("""{"gang":["mine"]}""", orders.Started[1].Payload);
    }

    [Fact]
    public async Task Orders_are_passed_on_and_a_broken_frame_between_them_is_left_out()
    {
        await JoinAsync();
        await socket.SendAsync("""{"type":"task_assignment","task":{"task_id":"a","attempt":2,"task_type":"test","gpus":[1],"memory_bytes_per_gpu":7,"requirements":{"x":1},"payload":{"y":2}}}""");
        await socket.SendAsync("""{"type":"task_assignment","task":{"attempt":"none"}}""");
        await socket.SendAsync("not json");
        await socket.SendAsync("""{"type":"of the future"}""");
        await socket.SendAsync("""{"type":"task_stop","attempts":[{"task_id":"a","attempt":2}]}""");
        var stopped = await orders.Stopped.Task.WaitAsync(FakeGateway.Patience);

        var started = Assert.Single(orders.Started);
        Assert.Equal(("a", 2, 7L), (started.TaskId, started.Attempt, started.MemoryBytesPerGpu));
        Assert.Equal((1, """{"x":1}""", """{"payload":{"y":2}}"""), (started.Gpus.Single(), started.Requirements, started.Payload));
        Assert.Equal([new AttemptId("a", 2)], stopped);
    }

    [Fact]
    public async Task A_heartbeat_returns_the_orders_of_its_answer()
    {
        await JoinAsync();
        var gpu = new GpuTelemetry(0, 7, null, null, null) { Errors = [new GpuErrorCount(GpuErrorKinds.EccCorrected, null, 3), new GpuErrorCount(GpuErrorKinds.Xid, 79, 1)] };
        var beating = session.HeartbeatAsync(new Heartbeat(1, 0.5, [gpu], [new AttemptId("a", 1)]), CancellationToken.None);
        var frame = await socket.NextAsync("heartbeat");
        await socket.SendAsync("""{"type":"heartbeat_ack","known":false,"start":[{"task_id":"b","task_type":"test"}],"stop":[{"task_id":"a","attempt":1}]}""");
        var reply = await beating;

        Assert.Equal("a", (string?)frame["heartbeat"]!["attempts"]![0]!["task_id"]);
        Assert.Equal("""[{"kind":"ecc_corrected","count":3},{"kind":"xid","xid":79,"count":1}]""", frame["heartbeat"]!["gpus"]![0]!["errors"]!.ToJsonString());
        Assert.False(reply.Known);
        Assert.Equal(new AttemptId("b", 1), Assert.Single(reply.Start).Id);
        Assert.Equal([new AttemptId("a", 1)], reply.Stop);
    }

    [Fact]
    public async Task Reports_return_their_verdicts_in_order_once_each_is_answered()
    {
        await JoinAsync();
        var reporting = session.ReportAsync(1, [Report("a", "1"), Report("b", null)], CancellationToken.None);
        var completed = await socket.NextAsync("task_complete");
        var failed = await socket.NextAsync("task_failed");
        await socket.SendAsync("""{"type":"report_ack","reports":[{"task_id":"b","attempt":1,"verdict":"stale"}]}""");
        Assert.False(reporting.IsCompleted);
        await socket.SendAsync("""{"type":"report_ack","reports":[{"task_id":"a","attempt":1,"verdict":"accepted"}]}""");

        Assert.Equal([ReportVerdict.Accepted, ReportVerdict.Stale], await reporting);
        Assert.Equal((1, "broken"), ((int)completed["result"]!, (string?)failed["error"]));
    }

    [Fact]
    public async Task A_report_whose_socket_is_lost_fails_and_the_session_is_closed()
    {
        await JoinAsync();
        var reporting = session.ReportAsync(1, [Report("a", "1")], CancellationToken.None);
        await socket.NextAsync("task_complete");

        socket.Cut();

        await Assert.ThrowsAsync<IOException>(() => reporting);
        await session.Closed.WaitAsync(FakeGateway.Patience);
        Assert.False(orders.WasReplaced);
    }

    [Fact]
    public async Task A_name_that_another_machine_took_is_told_apart_from_a_lost_socket()
    {
        await JoinAsync();

        await socket.CloseAsync(4409, "replaced");

        await session.Closed.WaitAsync(FakeGateway.Patience);
        Assert.True(orders.WasReplaced);
    }

    [Fact]
    public async Task A_gateway_that_stops_names_others()
    {
        await JoinAsync();

        await socket.SendAsync("""{"type":"moved","gateways":["http://10.0.0.2:8001","file:///etc/passwd","no address"]}""");

        Assert.Equal([new Uri("http://10.0.0.2:8001")], await moved.Task.WaitAsync(FakeGateway.Patience));
    }

    [Fact]
    public async Task A_refused_registration_says_why()
    {
        var joining = session.JoinAsync(Registration, orders, CancellationToken.None);
        await socket.NextAsync("register");

        await socket.CloseAsync(1008, "node_info.gpus is wrong");

        var refusal = await Assert.ThrowsAsync<IOException>(() => joining);
        Assert.Contains("1008 node_info.gpus is wrong", refusal.Message, StringComparison.Ordinal);
    }

    private static AttemptReport Report(string taskId, string? result) => new(
        taskId, 1, result is null ? AttemptReportKind.Failed : AttemptReportKind.Completed, TimeSpan.Zero, result, result is null ? "broken" : null);

    private async Task JoinAsync()
    {
        var joining = session.JoinAsync(Registration, orders, CancellationToken.None);
        await socket.NextAsync("register");
        await socket.SendAsync("""{"type":"registered","heartbeat_interval_ms":250}""");
        await joining;
    }

    private sealed class RecordingOrders : INodeOrders
    {
        public List<LeavingAttempt> Preempted { get; } = [];

        public void Preempt(IReadOnlyList<LeavingAttempt> attempts) => Preempted.AddRange(attempts);

        public List<AttemptAssignment> Started { get; } = [];

        public TaskCompletionSource<IReadOnlyList<AttemptId>> Stopped { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool WasReplaced { get; private set; }

        public void Start(IReadOnlyList<AttemptAssignment> assignments) => Started.AddRange(assignments);

        public void Stop(IReadOnlyList<AttemptId> attempts) => Stopped.TrySetResult(attempts);

        public void Replaced() => WasReplaced = true;
    }
}
