using Aurora.Grains.Interfaces.Output;
using Aurora.Grains.Output;

namespace Aurora.Grains.Tests.Output;

/// <summary>What the log of a task's output takes, refuses and forgets.</summary>
public sealed class OutputLogTests
{
    private readonly OutputBudget budget = new();
    private readonly OutputLog log;

    public OutputLogTests() => log = new OutputLog(budget);

    [Fact]
    public void Pieces_are_read_in_order_from_any_position()
    {
        Append(1, 0, "a", "b");
        Append(1, 2, "c");

        Assert.Equal("abc", Text(log.Read(OutputPosition.Start, long.MaxValue)));
        Assert.Equal("c", Text(log.Read(OutputPosition.Of(1, 2), long.MaxValue)));
        Assert.Equal(OutputPosition.Of(1, 3), log.Read(OutputPosition.Start, long.MaxValue).Next);
    }

    [Fact]
    public void A_repeated_batch_adds_only_what_is_new()
    {
        Append(1, 0, "a", "b");

        var receipt = Append(1, 1, "b", "c");

        Assert.Equal(new OutputReceipt(IsStale: false, Next: 3), receipt);
        Assert.Equal("abc", Text(log.Read(OutputPosition.Start, long.MaxValue)));
    }

    [Fact]
    public void What_is_missing_is_asked_for_while_the_node_still_has_it()
    {
        var receipt = log.Append(new OutputBatch(1, From: 5, Oldest: 2, [new OutputPiece(OutputKind.Stdout, "f")], IsLast: false));

        Assert.Equal(new OutputReceipt(IsStale: false, Next: 0), receipt);
        Assert.Empty(log.Read(OutputPosition.Start, long.MaxValue).Items);

        Assert.Equal(6, log.Append(new OutputBatch(1, From: 5, Oldest: 5, [new OutputPiece(OutputKind.Stdout, "f")], IsLast: false)).Next);
        Assert.Equal(OutputPosition.Of(1, 5), log.Read(OutputPosition.Start, long.MaxValue).Items[0].Position);
    }

    [Fact]
    public void A_stale_attempt_is_refused_and_a_newer_one_follows_behind()
    {
        Append(1, 0, "a");
        Append(2, 0, "b");

        var receipt = Append(1, 1, "late");

        Assert.True(receipt.IsStale);
        var items = log.Read(OutputPosition.Start, long.MaxValue).Items;
        Assert.Equal([(1, "a"), (2, "b")], items.Select(item => (OutputPosition.AttemptOf(item.Position), item.Text)));
    }

    [Fact]
    public void A_page_is_complete_only_where_it_reaches_the_end_and_leads_to_the_next_attempt()
    {
        log.Append(new OutputBatch(1, 0, 0, [new OutputPiece(OutputKind.Delta, "a"), new OutputPiece(OutputKind.Delta, "b")], IsLast: true));

        var first = log.Read(OutputPosition.Start, bytesMax: 1);
        var second = log.Read(first.Next, bytesMax: 1);

        Assert.Equal(("a", false), (Text(first), first.IsComplete));
        Assert.Equal(("b", true, OutputPosition.Of(2, 0)), (Text(second), second.IsComplete, second.Next));
        Assert.False(log.Read(second.Next, bytesMax: 1).IsComplete);
    }

    [Fact]
    public void Beyond_the_bound_the_oldest_goes_and_positions_show_the_gap()
    {
        var piece = new string('x', 100_000);
        for (var sequence = 0; sequence < 20; sequence++)
        {
            Append(1, sequence, piece);
        }

        var items = log.Read(OutputPosition.Start, long.MaxValue).Items;
        Assert.InRange(budget.Used, 1, OutputBudget.TaskBytesMax);
        Assert.Equal(19, OutputPosition.SequenceOf(items[^1].Position));
        Assert.True(OutputPosition.SequenceOf(items[0].Position) > 0);
    }

    [Fact]
    public void When_the_silo_has_no_room_nothing_is_kept_and_room_comes_back()
    {
        budget.Take(OutputBudget.SiloBytesMax);
        Append(1, 0, "a");
        Assert.Empty(log.Read(OutputPosition.Start, long.MaxValue).Items);

        budget.Take(-OutputBudget.SiloBytesMax);
        Append(1, 1, "b");
        Assert.Equal("b", Text(log.Read(OutputPosition.Start, long.MaxValue)));
        log.Clear();
        Assert.Equal(0, budget.Used);
    }

    private static string Text(OutputPage page) => string.Concat(page.Items.Select(item => item.Text));

    private OutputReceipt Append(int attempt, long from, params string[] texts) =>
        log.Append(new OutputBatch(attempt, from, 0, [.. texts.Select(text => new OutputPiece(OutputKind.Stdout, text))], IsLast: false));
}
