using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;
using Aurora.GatewayApi.Tests.Fakes;
using Aurora.GatewayApi.WebSockets;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aurora.GatewayApi.Tests.WebSockets;

/// <summary>How long the gateway waits for a node, on a clock of the test's own.</summary>
public sealed class SocketLimitTests : GatewayTest, IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly string _nodeId = $"node-{Guid.NewGuid():N}";
    private readonly RegistrationGate _gate;
    private readonly WebSocket _node;
    private readonly NodeSocketSession _session;
    private readonly Task _running;

    public SocketLimitTests(GatewayFixture gateway)
        : base(gateway)
    {
        var (toGateway, toNode) = (new Pipe(), new Pipe());
        _node = WebSocket.CreateFromStream(new Duplex(toNode.Reader.AsStream(), toGateway.Writer.AsStream()), new WebSocketCreationOptions());
        var server = WebSocket.CreateFromStream(
            new Duplex(toGateway.Reader.AsStream(), toNode.Writer.AsStream()), new WebSocketCreationOptions { IsServer = true });
        _gate = new RegistrationGate(_time, new Random(7));
        var grains = gateway.App.Services.GetRequiredService<IGrainFactory>();
        _session = new NodeSocketSession(
            server, _nodeId, "lead-1", grains,
            new RegistryBroadcaster(grains, _time, NullLogger<RegistryBroadcaster>.Instance),
            _gate, [], _time, NullLogger<NodeSocketSession>.Instance);
        _running = _session.RunAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_socket_that_does_not_register_within_10_s_is_closed_with_a_reason()
    {
        _time.Advance(9 * Second);
        Assert.False(_running.IsCompleted);
        _time.Advance(Second);

        Assert.Contains("Send 'register' within 10 s.", await ReceiveAsync(), StringComparison.Ordinal);
        Assert.Null(await ReceiveAsync());
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, _node.CloseStatus);
    }

    [Fact]
    public async Task A_node_that_says_nothing_for_45_s_is_let_go()
    {
        await _node.SendAsync(
            """{"type":"register","node_info":{"gpu_count":1,"gpu_type":"T4","gpu_memory":16}}"""u8.ToArray(),
            WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        Assert.Contains("registered", await ReceiveAsync(), StringComparison.Ordinal);

        // Until the session has set its timer an advance of the clock falls into the void.
        var silence = TimeSpan.Zero;
        var beat = Mesh.NextCallAsync<NodeCall.Beat>();
        while (!beat.IsCompleted)
        {
            silence += Second;
            _time.Advance(Second);
            await Task.WhenAny(beat, Task.Delay(20));
        }

        for (; silence < 45 * Second; silence += Second)
        {
            _time.Advance(Second);
            await Mesh.NextCallAsync<NodeCall.Beat>();
        }

        _time.Advance(Second);
        while (await ReceiveAsync() is not null)
        {
            // The registry changed meanwhile.
        }

        Assert.Equal((WebSocketCloseStatus.PolicyViolation, "no frame for 45 s"), (_node.CloseStatus, _node.CloseStatusDescription));
    }

    [Theory]
    [InlineData("[]", "run", 3, "it ran for longer than its run timeout of 3 s")]
    [InlineData("[]", "progress", 4, "it put nothing out for longer than its progress timeout of 4 s")]
    [InlineData("""["attempts","stop"]""", "run", 63, "it ran for longer than its run timeout of 3 s")]
    [InlineData("""["attempts","stop","output"]""", "progress", 64, "it put nothing out for longer than its progress timeout of 4 s")]
    public async Task An_attempt_that_takes_too_long_is_ended_in_the_place_of_a_node_that_does_not_do_it(string features, string limit, int seconds, string reason)
    {
        var timeouts = limit == "run" ? new TaskTimeouts(RunS: 3) : new TaskTimeouts(ProgressS: 4);
        await SendAsync($$$"""{"type":"register","node_info":{"gpu_count":1,"gpu_type":"T4","gpu_memory":16,"features":{{{features}}}}}""");
        Assert.Contains("registered", await ReceiveAsync(), StringComparison.Ordinal);
        await Mesh.Observers[_nodeId].AssignAsync(Mesh.Epochs[_nodeId], [new AttemptAssignment("task_1", 2, "test", 5, [], 0, "{}", "{}", DateTimeOffset.UnixEpoch)
        {
            Controls = new TaskControls { Timeouts = timeouts },
        }]);
        await ReceiveUntilAsync("task_assignment");

        var reported = Mesh.NextCallAsync<NodeCall.Reported>();
        var passed = 0;
        for (; !reported.IsCompleted; passed++)
        {
            Assert.True(passed < seconds + 20, "Nothing was reported.");
            await SendAsync("""{"type":"ping"}""");
            await ReceiveUntilAsync("pong");
            _time.Advance(Second);
            await Task.WhenAny(reported, Task.Delay(50));
        }

        var report = (await reported).Reports.Single();
        Assert.Equal(("task_1", 2, AttemptFailureKind.Timeout, reason), (report.TaskId, report.Attempt, report.Failure, report.Error));
        Assert.True(passed >= seconds, $"It was ended after {passed} s.");

        // What the node says of it in the end is said of the ended attempt, whatever runs by then.
        var late = Mesh.NextCallAsync<NodeCall.Reported>();
        await SendAsync("""{"type":"task_complete","task_id":"task_1","result":{}}""");
        Assert.Equal(2, (await late).Reports.Single().Attempt);
    }

    [Fact]
    public async Task A_node_that_does_not_read_is_given_up_after_10_s_with_the_queue_full()
    {
        var stuck = new StuckSocket();
        var outbox = new SocketOutbox(stuck, _time);
        var sending = outbox.RunAsync();
        await outbox.PostAsync("1"u8.ToArray());
        await stuck.Sending.Task;
        for (var frame = 1; frame < SocketOutbox.FramesMax; frame++)
        {
            Assert.True(await outbox.PostAsync("2"u8.ToArray()));
        }

        var oneTooMany = outbox.PostAsync("3"u8.ToArray()).AsTask();
        _time.Advance(SocketOutbox.PatienceMax - Second);
        Assert.False(oneTooMany.IsCompleted || sending.IsCompleted);
        _time.Advance(Second);

        Assert.False(await oneTooMany);
        Assert.False(await sending);
    }

    [Fact]
    public async Task What_waits_for_a_node_that_does_not_read_is_bounded_in_bytes()
    {
        const int Megabyte = 1 << 20;
        var outbox = new SocketOutbox(new StuckSocket(), _time);
        var sending = outbox.RunAsync();
        var posts = Enumerable.Range(0, 1000).Select(_ => outbox.PostAsync(new byte[Megabyte]).AsTask()).ToList();

        // As many bytes again as may wait are in the hands of callers; who comes after them is told at once that there is no room.
        Assert.Equal(2 * SocketOutbox.BytesMax, outbox.BytesHeld);
        Assert.Equal(SocketOutbox.BytesMax / Megabyte, posts.Count(post => post.IsCompletedSuccessfully && post.Result));
        Assert.Equal(1000 - (2 * SocketOutbox.BytesMax / Megabyte), posts.Count(post => post.IsCompletedSuccessfully && !post.Result));

        _time.Advance(SocketOutbox.PatienceMax);
        Assert.False(await sending);
        Assert.Equal(SocketOutbox.BytesMax / Megabyte, (await Task.WhenAll(posts)).Count(taken => taken));
    }

    [Fact]
    public async Task Frames_that_waited_for_room_are_sent_in_order()
    {
        var slow = new StuckSocket();
        var outbox = new SocketOutbox(slow, _time);
        var posts = Enumerable.Range(0, 5).Select(index => outbox.PostAsync(Large(index)).AsTask()).ToList();
        var sending = outbox.RunAsync();
        for (byte index = 0; index < 5; index++)
        {
            Assert.Equal(index, await slow.NextAsync());
        }

        Assert.All(await Task.WhenAll(posts), Assert.True);
        outbox.Complete();
        Assert.True(await sending);
        Assert.Equal(0, outbox.BytesHeld);

        static byte[] Large(int index)
        {
            var frame = new byte[SocketOutbox.BytesMax / 3];
            frame[0] = (byte)index;
            return frame;
        }
    }

    [Fact]
    public void A_node_that_floods_is_read_more_slowly_and_then_sent_away()
    {
        var clock = new FakeTimeProvider();
        var pace = new FramePace(clock);
        var frames = 0;
        var started = clock.GetUtcNow();
        for (; pace.Take() is { } pause; frames++)
        {
            clock.Advance(pause);
        }

        var lasted = clock.GetUtcNow() - started;
        Assert.InRange(lasted, FramePace.PatienceMax, FramePace.PatienceMax + Second);
        Assert.InRange(frames, FramePace.Burst, FramePace.Burst + (FramePace.PerSecond * (lasted.TotalSeconds + 1)));
    }

    [Fact]
    public void A_node_that_speaks_as_documented_is_never_held_back()
    {
        var clock = new FakeTimeProvider();
        var pace = new FramePace(clock);
        for (var frame = 0; frame < 10_000; frame++)
        {
            Assert.Equal(TimeSpan.Zero, pace.Take());
            clock.Advance(Second / 3);
        }
    }

    public void Dispose()
    {
        _node.Abort();
        _node.Dispose();
        _running.Wait(TimeSpan.FromSeconds(30));
        _session.Dispose();
        _gate.Dispose();
    }

    private Task SendAsync(string frame) => _node.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    private async Task ReceiveUntilAsync(string type)
    {
        while (await ReceiveAsync() is { } frame)
        {
            if (frame.Contains($"\"{type}\"", StringComparison.Ordinal))
            {
                return;
            }
        }
    }

    private async Task<string?> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[64 * 1024];
        var received = await _node.ReceiveAsync(buffer.AsMemory(), patience.Token);
        return received.MessageType is WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    /// <summary>Two one-way streams as one.</summary>
    private sealed class Duplex(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            output.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override void Flush() => output.Flush();

        public override int Read(byte[] buffer, int offset, int count) => input.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer, offset, count);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            input.Dispose();
            output.Dispose();
            base.Dispose(disposing);
        }
    }

    /// <summary>A socket whose other end reads nothing but what the test asks for.</summary>
    private sealed class StuckSocket : WebSocket
    {
        private readonly System.Threading.Channels.Channel<(byte First, TaskCompletionSource Read)> _sent =
            System.Threading.Channels.Channel.CreateUnbounded<(byte, TaskCompletionSource)>();

        public TaskCompletionSource Sending { get; } = new();

        public override WebSocketCloseStatus? CloseStatus => null;

        public override string? CloseStatusDescription => null;

        public override WebSocketState State => WebSocketState.Open;

        public override string? SubProtocol => null;

        public override void Abort()
        {
        }

        public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) =>
            Task.CompletedTask;

        public override void Dispose()
        {
        }

        public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public override Task SendAsync(
            ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
        {
            Sending.TrySetResult();
            var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _sent.Writer.TryWrite((buffer[0], read));
            return read.Task.WaitAsync(cancellationToken);
        }

        /// <summary>Reads one frame and returns its first byte.</summary>
        public async Task<byte> NextAsync()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            var (first, read) = await _sent.Reader.ReadAsync(patience.Token);
            read.SetResult();
            return first;
        }
    }
}
