using Aurora.Grains.Interfaces.Output;

namespace Aurora.Grains.Tests.Output;

/// <summary>A task's output between a node that writes and a reader that waits.</summary>
public sealed class TaskOutputTests(MeshCluster mesh) : IClassFixture<MeshCluster>
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(15);

    private readonly ITaskOutputGrain output = mesh.Client.GetGrain<ITaskOutputGrain>("task_" + Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task A_reader_that_waits_gets_a_piece_as_soon_as_it_is_written()
    {
        var reading = output.ReadAsync(OutputPosition.Start, Long);
        await output.AppendAsync(Batch(1, 0, isLast: false, "token"));

        var page = await reading;

        Assert.Equal(("token", OutputKind.Delta, OutputPosition.Of(1, 0)), (page.Items.Single().Text, page.Items[0].Kind, page.Items[0].Position));
        Assert.False(page.IsComplete);
    }

    [Fact]
    public async Task The_end_of_an_attempt_wakes_its_reader_and_a_next_attempt_is_read_behind_it()
    {
        await output.AppendAsync(Batch(1, 0, isLast: false, "a"));
        var first = await output.ReadAsync(OutputPosition.Start, Long);
        var reading = output.ReadAsync(first.Next, Long);
        await output.AppendAsync(Batch(1, 1, isLast: true));
        var end = await reading;

        await output.AppendAsync(Batch(2, 0, isLast: false, "b"));
        var next = await output.ReadAsync(end.Next, Long);

        Assert.Empty(end.Items);
        Assert.True(end.IsComplete);
        Assert.Equal(("b", 2), (next.Items.Single().Text, next.Attempt));
    }

    [Fact]
    public async Task A_reader_that_does_not_wait_is_answered_at_once()
    {
        var page = await output.ReadAsync(OutputPosition.Start, TimeSpan.Zero);

        Assert.Empty(page.Items);
        Assert.Equal((OutputPosition.Start, 0, false), (page.Next, page.Attempt, page.IsComplete));
    }

    private static OutputBatch Batch(int attempt, long from, bool isLast, params string[] texts) =>
        new(attempt, from, 0, [.. texts.Select(text => new OutputPiece(OutputKind.Delta, text))], isLast);
}
