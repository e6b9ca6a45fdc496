using System.Net.WebSockets;
using Aurora.GatewayApi.Tests.Fakes;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Tests.WebSockets;

/// <summary>Dialogues of nodes with the gateway, frame by frame.</summary>
public sealed class NodeSocketTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    private const string OldRegister =
        """{"type":"register","node_info":{"gpu_count":2,"gpu_type":"RTX 4090","gpu_memory":48,"cuda_available":true,"cuda_version":"12.4"}}""";

    private const string NewRegister =
        """
        {"type":"register","node_info":{"gpus":[{"type":"A100","memory_gb":80,"uuid":"u"}],"max_parallel":4,"task_types":["test"],
        "instance_id":"i-1","features":["attempts","acks","stop","heartbeat"],
        "running":[{"task_id":"task_kept","attempt":2},{"task_id":"task_unwanted","attempt":1}]}}
        """;

    private readonly string _node = $"node-{Guid.NewGuid():N}";

    [Fact]
    public async Task An_old_client_registers_runs_a_task_and_leaves()
    {
        using var node = await NodeClient.ConnectAsync(Gateway, _node);
        await node.SendAsync(OldRegister);
        var registered = await node.NextAsync("registered");
        var joined = await Mesh.NextCallAsync<NodeCall.Joined>();
        await node.SendAsync("""{"type":"ping"}""");
        Assert.NotNull(await node.NextAsync("pong"));

        await Mesh.Observers[_node].AssignAsync(Mesh.Epochs[_node], [Assignment("task_1", 3)]);
        var task = (await node.NextAsync("task_assignment"))!.Value.GetProperty("task");
        await node.SendAsync("""{"type":"task_complete","task_id":"task_1","result":{"loss":0.5}}""");
        var reported = await Mesh.NextCallAsync<NodeCall.Reported>();
        await node.CloseAsync();
        var left = await Mesh.NextCallAsync<NodeCall.Disconnected>();

        Assert.Equal("lead-1", registered!.Value.GetProperty("coordinator").GetString());
        Assert.Equal((2, 24L << 30, 1, "websocket"),
            (joined.Registration.Gpus.Length, joined.Registration.Gpus[0].MemoryBytes, joined.Registration.MaxParallel, joined.Registration.Transport));
        Assert.Equal(KnownTaskTypes.All, joined.Registration.TaskTypes);
        Assert.Equal("""{"task_id":"task_1","task_type":"custom","requirements":{"memory_gb":8},"priority":5,"status":"assigned","assigned_node":"NODE","submitted_at":0,"started_at":null,"completed_at":null,"attempt":3,"gpus":[1],"memory_bytes_per_gpu":1024,"script":"x"}"""
            .Replace("NODE", _node, StringComparison.Ordinal), task.GetRawText());
        Assert.Equal(new AttemptReport("task_1", 3, AttemptReportKind.Completed, TimeSpan.Zero, """{"loss":0.5}""", null), Assert.Single(reported.Reports));
        Assert.Equal(joined.Epoch, left.Epoch);
    }

    [Fact]
    public async Task The_session_names_the_attempts_of_an_old_client_until_they_are_settled()
    {
        using var node = await JoinAsync(OldRegister);
        await Mesh.Observers[_node].AssignAsync(Mesh.Epochs[_node], [Assignment("task_1", 1)]);
        await Mesh.Observers[_node].AssignAsync(Mesh.Epochs[_node], [Assignment("task_1", 1)]);
        await node.NextAsync("task_assignment");
        await WaitForBeatAsync(beat => beat.Attempts is [{ TaskId: "task_1", Attempt: 1 }]);

        await node.SendAsync("""{"type":"task_failed","task_id":"task_1","error":"out of memory"}""");

        Assert.Equal("out of memory", (await Mesh.NextCallAsync<NodeCall.Reported>()).Reports[0].Error);
        await WaitForBeatAsync(beat => beat.Attempts.Length == 0);
    }

    [Fact]
    public async Task An_order_of_a_replaced_registration_is_not_passed_on()
    {
        using var node = await JoinAsync(OldRegister);

        await Mesh.Observers[_node].AssignAsync(Mesh.Epochs[_node] - 1, [Assignment("task_old", 1)]);
        await Mesh.Observers[_node].AssignAsync(Mesh.Epochs[_node], [Assignment("task_new", 1)]);

        Assert.Equal("task_new", (await node.NextAsync("task_assignment"))!.Value.GetProperty("task").GetProperty("task_id").GetString());
    }

    [Fact]
    public async Task A_report_is_brought_again_while_the_mesh_is_away()
    {
        Mesh.ReportFailures = 2;
        using var node = await JoinAsync(OldRegister);

        await node.SendAsync("""{"type":"task_complete","task_id":"task_1","result":{}}""");

        Assert.Equal("task_1", Assert.Single((await Mesh.NextCallAsync<NodeCall.Reported>()).Reports).TaskId);
    }

    [Fact]
    public async Task A_report_right_before_the_close_is_not_lost()
    {
        using var node = await JoinAsync(OldRegister);

        await node.SendAsync("""{"type":"task_complete","task_id":"task_1","result":{}}""");
        await node.CloseAsync();

        await Mesh.NextCallAsync<NodeCall.Reported>();
        await Mesh.NextCallAsync<NodeCall.Disconnected>();
    }

    [Fact]
    public async Task A_result_that_is_larger_than_a_frame_is_a_failure_of_the_one_task_that_its_node_ran()
    {
        using var node = await JoinAsync(OldRegister);
        await Mesh.Observers[_node].AssignAsync(Mesh.Epochs[_node], [Assignment("task_1", 2)]);
        await node.NextAsync("task_assignment");

        try
        {
            await node.SendAsync($$"""{"type":"task_complete","task_id":"task_1","result":"{{new string('x', 2 * CallSize.FrameBytesMax)}}"}""");
        }
        catch (WebSocketException)
        {
            // The gateway closed before it had taken all of it.
        }

        var report = Assert.Single((await Mesh.NextCallAsync<NodeCall.Reported>()).Reports);
        Assert.Equal(("task_1", 2, AttemptReportKind.Failed, false), (report.TaskId, report.Attempt, report.Kind, report.IsFinal));
        Assert.Contains("a frame of more than 8388608 bytes", report.Error, StringComparison.Ordinal);
        await Mesh.NextCallAsync<NodeCall.Disconnected>();
    }

    [Fact]
    public async Task A_node_that_the_mesh_forgot_joins_again_by_itself()
    {
        using var node = await JoinAsync(OldRegister);

        Mesh.HeartbeatReply = new HeartbeatReply(false, [], []);
        var again = await Mesh.NextCallAsync<NodeCall.Joined>();
        Mesh.HeartbeatReply = new HeartbeatReply(true, [], []);

        Assert.Equal(2, again.Epoch);
        await node.SendAsync("""{"type":"ping"}""");
        Assert.NotNull(await node.NextAsync("pong"));
    }

    [Fact]
    public async Task A_new_agent_gets_the_frames_that_it_announced()
    {
        using var node = await NodeClient.ConnectAsync(Gateway, _node);
        await node.SendAsync(NewRegister);
        var registered = (await node.NextAsync("registered"))!.Value;
        var joined = await Mesh.NextCallAsync<NodeCall.Joined>();
        Mesh.HeartbeatReply = new HeartbeatReply(true, [Assignment("task_2", 1)], [new AttemptId("task_kept", 2)]);
        await node.SendAsync(
            """{"type":"heartbeat","heartbeat":{"cpu_load":0.5,"gpus":[{"index":0,"memory_used_bytes":7,"utilization":0.9,"temperature_celsius":60,"power_watts":300}],"attempts":[{"task_id":"task_kept","attempt":2}]}}""");
        var ack = (await node.NextAsync("heartbeat_ack"))!.Value;
        await Mesh.Observers[_node].StopAsync([new AttemptId("task_2", 1)]);
        var stop = (await node.NextAsync("task_stop"))!.Value;
        await node.SendAsync("""{"type":"task_started","task_id":"task_2","attempt":1,"started_ago_ms":1500}""");
        var started = Assert.Single((await Mesh.NextCallAsync<NodeCall.Reported>()).Reports);
        var reportAck = (await node.NextAsync("report_ack"))!.Value;

        Assert.Equal("""[{"task_id":"task_unwanted","attempt":1}]""", registered.GetProperty("stop").GetRawText());
        Assert.Equal(1000, registered.GetProperty("heartbeat_interval_ms").GetInt32());
        Assert.Equal(("i-1", 4, 2), (joined.Registration.InstanceId, joined.Registration.MaxParallel, joined.Registration.Running.Length));
        Assert.Equal(new GpuDevice(0, "A100", 80L << 30, "u"), Assert.Single(joined.Registration.Gpus));
        Assert.True(ack.GetProperty("known").GetBoolean());
        Assert.Equal("task_2", ack.GetProperty("start")[0].GetProperty("task_id").GetString());
        Assert.Equal("""[{"task_id":"task_kept","attempt":2}]""", ack.GetProperty("stop").GetRawText());
        Assert.Equal("""[{"task_id":"task_2","attempt":1}]""", stop.GetProperty("attempts").GetRawText());
        Assert.Equal((AttemptReportKind.Started, 1500.0), (started.Kind, started.StartedAgo.TotalMilliseconds));
        Assert.Equal("""[{"task_id":"task_2","attempt":1,"verdict":"accepted"}]""", reportAck.GetProperty("reports").GetRawText());
    }

    [Fact]
    public async Task A_second_socket_of_the_same_node_replaces_the_first()
    {
        using var first = await JoinAsync(OldRegister);

        using var second = await JoinAsync(OldRegister);

        Assert.Null(await first.NextAsync("never"));
        Assert.Equal((WebSocketCloseStatus)4409, first.CloseStatus);
        await second.SendAsync("""{"type":"ping"}""");
        Assert.NotNull(await second.NextAsync("pong"));
    }

    [Fact]
    public async Task A_name_that_another_connection_keeps_is_refused_with_the_time_to_wait()
    {
        Mesh.NamesTaken[_node] = TimeSpan.FromSeconds(30);
        using var node = await NodeClient.ConnectAsync(Gateway, _node);

        await node.SendAsync(OldRegister);

        Assert.Equal(30_000, (await node.NextAsync("error"))!.Value.GetProperty("retry_after_ms").GetInt32());
        Assert.Null(await node.NextAsync("registered"));
        Assert.Equal(((WebSocketCloseStatus)4409, "another connection of this node is alive; wait 30 s"), (node.CloseStatus!.Value, node.CloseReason));
    }

    [Fact]
    public async Task A_node_that_has_no_use_for_the_registry_is_not_sent_it()
    {
        using var teller = await JoinAsync(OldRegister);
        using var quiet = await NodeClient.ConnectAsync(Gateway, $"{_node}-quiet");
        await quiet.SendAsync("""{"type":"register","node_info":{"gpu_count":1,"gpu_type":"T4","gpu_memory":16,"features":["no_node_updates"]}}""");
        Assert.Equal("registered", await quiet.NextTypeAsync());

        // The state changes, the other one is told, and this one's next frame is the answer to its ping.
        Mesh.Mesh = new MeshView([new($"new-{_node}", "active", [], [], [], 0, 0, DateTimeOffset.UnixEpoch, 0, 1, [], "{}", "orleans")], 0, 0, 0);
        while (!(await teller.NextAsync("node_update"))!.Value.GetProperty("nodes").TryGetProperty($"new-{_node}", out _))
        {
            // An older state was on its way.
        }

        await quiet.SendAsync("""{"type":"ping"}""");
        Assert.Equal("pong", await quiet.NextTypeAsync());
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("\"heartbeat\"", true)]
    public async Task A_connection_that_breaks_is_reported_and_only_a_node_that_can_name_its_attempts_is_waited_for(string feature, bool mayReturn)
    {
        using var node = await JoinAsync($$$"""{"type":"register","node_info":{"gpu_count":1,"gpu_type":"T4","gpu_memory":16,"features":[{{{feature}}}]}}""");

        node.Abort();

        var left = await Mesh.NextCallAsync<NodeCall.Disconnected>();
        Assert.Equal((1, mayReturn), (left.Epoch, left.MayReturn));
    }

    [Fact]
    public async Task A_status_update_replaces_the_facts()
    {
        using var node = await JoinAsync(OldRegister);

        await node.SendAsync("""{"type":"status_update","node_info":{"gpu_count":1,"gpu_type":"A40","gpu_memory":48}}""");

        Assert.Equal("A40", Assert.Single((await Mesh.NextCallAsync<NodeCall.Updated>()).Registration.Gpus).Type);
    }

    [Fact]
    public async Task Nodes_are_told_the_registry()
    {
        Mesh.Mesh = new MeshView(
            [new("gpu-1", "active", [new GpuDevice(0, "A40", 48L << 30, null)], [], [0], 1, 0, DateTimeOffset.UnixEpoch, 0, 1, [], "{}", "orleans")], 0, 1, 0);
        using var node = await JoinAsync(OldRegister);

        // The poller may have been running for a socket of another test; the state that follows the change is what counts.
        var update = (await node.NextAsync("node_update"))!.Value;
        while (!update.GetProperty("nodes").TryGetProperty("gpu-1", out _))
        {
            update = (await node.NextAsync("node_update"))!.Value;
        }

        Assert.Equal(
            """{"gpu_count":1,"gpu_memory":48,"gpu_type":"A40","status":"active","active_tasks":1}""",
            update.GetProperty("nodes").GetProperty("gpu-1").GetRawText());
    }

    [Theory]
    [InlineData("not json", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("[]", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("{}", WebSocketCloseStatus.InvalidPayloadData)]
    [InlineData("""{"type":"ping"}""", WebSocketCloseStatus.PolicyViolation)]
    [InlineData("""{"type":"task_complete","task_id":"task_1"}""", WebSocketCloseStatus.PolicyViolation)]
    [InlineData("""{"type":"register"}""", WebSocketCloseStatus.PolicyViolation)]
    [InlineData("""{"type":"register","node_info":{"gpu_count":-1}}""", WebSocketCloseStatus.PolicyViolation)]
    [InlineData("""{"type":"register","node_info":{"gpu_count":100000,"gpu_memory":1}}""", WebSocketCloseStatus.PolicyViolation)]
    [InlineData("""{"type":"register","node_info":{"gpu_count":1}}""", WebSocketCloseStatus.PolicyViolation)]
    public async Task A_bad_first_frame_gets_an_error_and_a_close(string frame, WebSocketCloseStatus status)
    {
        using var node = await NodeClient.ConnectAsync(Gateway, _node);

        await node.SendAsync(frame);

        Assert.NotEmpty((await node.NextAsync("error"))!.Value.GetProperty("message").GetString()!);
        Assert.Null(await node.NextAsync("never"));
        Assert.Equal(status, node.CloseStatus);
    }

    [Fact]
    public async Task A_hostile_frame_ends_its_socket_and_no_other()
    {
        using var bystander = await JoinAsync(OldRegister);
        using var binary = await NodeClient.ConnectAsync(Gateway, "binary");
        using var large = await NodeClient.ConnectAsync(Gateway, "large");

        await binary.SendAsync([1, 2, 3], WebSocketMessageType.Binary);
        await large.SendAsync(new string(' ', 1_200_000));

        Assert.NotNull(await binary.NextAsync("error"));
        Assert.NotNull(await large.NextAsync("error"));
        Assert.Null(await binary.NextAsync("never"));
        Assert.Null(await large.NextAsync("never"));
        Assert.Equal(WebSocketCloseStatus.InvalidMessageType, binary.CloseStatus);
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, large.CloseStatus);
        await bystander.SendAsync("""{"type":"ping"}""");
        Assert.NotNull(await bystander.NextAsync("pong"));
    }

    [Fact]
    public async Task An_unknown_frame_and_a_report_without_a_task_do_not_end_the_socket()
    {
        using var node = await JoinAsync(OldRegister);

        await node.SendAsync("""{"type":"from_the_future"}""");
        await node.SendAsync("""{"type":"task_complete","result":{}}""");
        await node.SendAsync("""{"type":"ping"}""");

        Assert.NotNull(await node.NextAsync("error"));
        Assert.NotNull(await node.NextAsync("pong"));
    }

    [Fact]
    public async Task A_page_of_another_site_may_not_connect()
    {
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "https://evil.example");

        await Assert.ThrowsAsync<WebSocketException>(
            () => socket.ConnectAsync(new Uri($"ws://{Gateway.Address.Authority}/ws/{_node}"), CancellationToken.None));
    }

    [Fact]
    public async Task A_part_of_a_gang_carries_who_the_others_are_and_a_task_of_one_node_keeps_its_own_member_of_that_name()
    {
        using var node = await JoinAsync(OldRegister);
        var gang = new GangAssignment(1, [new GangPeer("rig-a", "10.0.0.1"), new GangPeer(_node, "10.0.0.2")], 20_123);

        await Mesh.Observers[_node].AssignAsync(Mesh.Epochs[_node], [Assignment("task_1", 1) with { Gang = gang, Payload = """{"gang":"user's"}""" }]);
        await Mesh.Observers[_node].AssignAsync(Mesh.Epochs[_node], [Assignment("task_2", 1) with { Payload = """{"gang":"user's"}""" }]);

        var part = (await node.NextAsync("task_assignment"))!.Value.GetProperty("task").GetProperty("gang");
        Assert.Equal("{\"rank\":1,\"port\":20123,\"members\":[{\"node\":\"rig-a\",\"address\":\"10.0.0.1\"},{\"node\":\"" + _node + "\",\"address\":\"10.0.0.2\"}]}", part.GetRawText());
        Assert.Equal("user's", (await node.NextAsync("task_assignment"))!.Value.GetProperty("task").GetProperty("gang").GetString());
    }

    private static AttemptAssignment Assignment(string taskId, int attempt) => new(
        taskId, attempt, "custom", 5, [1], 1024, """{"memory_gb":8}""", """{"script":"x"}""", DateTimeOffset.UnixEpoch);

    private async Task<NodeClient> JoinAsync(string register)
    {
        var node = await NodeClient.ConnectAsync(Gateway, _node);
        await node.SendAsync(register);
        await node.NextAsync("registered");
        await Mesh.NextCallAsync<NodeCall.Joined>();
        return node;
    }

    private async Task WaitForBeatAsync(Func<Heartbeat, bool> wanted)
    {
        while (!wanted((await Mesh.NextCallAsync<NodeCall.Beat>()).Heartbeat))
        {
        }
    }
}
