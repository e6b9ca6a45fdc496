using System.Threading.Channels;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Output;
using Aurora.NodeAgent.Output;
using Aurora.NodeAgent.Tests.Agent;

namespace Aurora.NodeAgent.Tests.Output;

/// <summary>An attempt's output on its way to a mesh that may be away or may have lost what it had.</summary>
public sealed class AttemptOutputTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly OutputLink link = new();
    private readonly FakeSession session = new(new FakeMesh(), Channel.CreateUnbounded<FakeSession>());
    private readonly AttemptOutput output;

    public AttemptOutputTests() => output = new AttemptOutput(new AttemptId("task_1", 3), link, isResumed: false, TimeProvider.System);

    public ValueTask DisposeAsync()
    {
        output.Discard();
        return session.DisposeAsync();
    }

    [Fact]
    public async Task What_is_written_without_a_connection_waits_for_one_and_goes_together()
    {
        output.Write(OutputKind.Stdout, "a");
        output.Write(OutputKind.Stderr, "b");
        var closing = output.CloseAsync(Patience);
        link.Connect(session);
        await closing;

        var batch = await session.NextOutputAsync();
        Assert.Equal((3, 0L, true), (batch.Attempt, batch.From, batch.IsLast));
        Assert.Equal([new OutputPiece(OutputKind.Stdout, "a"), new OutputPiece(OutputKind.Stderr, "b")], batch.Pieces);
    }

    [Fact]
    public async Task A_piece_goes_at_once_when_nothing_is_under_way()
    {
        link.Connect(session);
        output.Write(OutputKind.Delta, "a");
        Assert.Equal("a", (await session.NextOutputAsync()).Pieces.Single().Text);

        output.Write(OutputKind.Delta, "b");
        var second = await session.NextOutputAsync();
        Assert.Equal((1L, "b"), (second.From, second.Pieces.Single().Text));
    }

    [Fact]
    public async Task A_mesh_that_lost_what_it_had_gets_it_again()
    {
        link.Connect(session);
        output.Write(OutputKind.Delta, "a");
        await session.NextOutputAsync();
        var lost = true;
        session.OutputAnswer = batch =>
        {
            var next = lost ? 0 : batch.From + batch.Pieces.Length;
            lost = false;
            return new OutputReceipt(IsStale: false, next);
        };

        output.Write(OutputKind.Delta, "b");
        Assert.Equal("b", (await session.NextOutputAsync()).Pieces.Single().Text);
        var again = await session.NextOutputAsync();

        Assert.Equal((0L, "ab"), (again.From, string.Concat(again.Pieces.Select(piece => piece.Text))));
    }

    [Fact]
    public async Task A_resumed_attempt_goes_on_with_the_numbers_of_its_earlier_process()
    {
        var resumed = new AttemptOutput(new AttemptId("task_1", 3), link, isResumed: true, TimeProvider.System);
        session.OutputAnswer = batch => new OutputReceipt(IsStale: false, batch.Pieces.Length == 0 && !batch.IsLast ? 40 : batch.From + batch.Pieces.Length);
        link.Connect(session);

        resumed.Write(OutputKind.Stdout, "on");
        await resumed.CloseAsync(Patience);

        Assert.Empty((await session.NextOutputAsync()).Pieces);
        var batch = await session.NextOutputAsync();
        Assert.Equal((40L, 40L, "on"), (batch.From, batch.Oldest, batch.Pieces.Single().Text));
    }

    [Fact]
    public async Task A_stale_attempt_sends_nothing_more()
    {
        session.OutputAnswer = _ => new OutputReceipt(IsStale: true, Next: 0);
        link.Connect(session);
        output.Write(OutputKind.Stdout, "late");
        await session.NextOutputAsync();
        await output.CloseAsync(Patience);

        output.Write(OutputKind.Stdout, "later");
        await output.CloseAsync(Patience);
        await output.WaitForRoomAsync(CancellationToken.None);
    }

    [Fact]
    public async Task What_nobody_takes_is_bounded_and_what_must_be_whole_waits_for_room()
    {
        for (var i = 0; i < 100; i++)
        {
            output.Write(OutputKind.Stdout, new string('x', 16 << 10));
        }

        var waiting = output.WaitForRoomAsync(CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);
        link.Connect(session);
        await waiting.WaitAsync(Patience);
        await output.CloseAsync(Patience);

        // At most one batch was taken out for sending before the buffer filled up behind it.
        var taken = new List<long>();
        while (!taken.Contains(99))
        {
            var batch = await session.NextOutputAsync();
            taken.AddRange(batch.Pieces.Select((_, index) => batch.From + index));
        }

        Assert.InRange(taken.Count, 1, 40);
        Assert.Equal(taken.Order(), taken);
    }

    [Fact]
    public async Task A_long_piece_of_a_log_is_cut_between_characters()
    {
        link.Connect(session);
        var text = new string('x', (16 << 10) - 1) + "😀" + "tail";

        output.Write(OutputKind.Stdout, text);
        await output.CloseAsync(Patience);

        var pieces = new List<OutputPiece>();
        while (string.Concat(pieces.Select(piece => piece.Text)) != text)
        {
            pieces.AddRange((await session.NextOutputAsync()).Pieces);
        }

        Assert.Equal("😀tail", pieces[1].Text);
    }
}
