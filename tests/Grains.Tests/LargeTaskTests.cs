using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.Grains.Tests;

/// <summary>Tasks that together are more than one message takes.</summary>
public sealed class LargeTaskTests(LargeTaskTests.PatientMesh mesh) : IClassFixture<LargeTaskTests.PatientMesh>
{
    private const int HalfOfACall = (CallSize.CharactersMax / 2) + 1;

    [Theory]
    [InlineData(10, new[] { 1, 1, 1 }, 3)]
    [InlineData(2, new[] { 1, 1, 1 }, 2)]
    [InlineData(10, new[] { HalfOfACall, HalfOfACall }, 1)]
    [InlineData(10, new[] { CallSize.CharactersMax, 1 }, 1)]
    [InlineData(10, new[] { 2 * CallSize.CharactersMax, 1 }, 1)]
    [InlineData(10, new int[0], 0)]
    public void A_call_takes_what_fits_and_one_at_least(int most, int[] sizes, int expected) =>
        Assert.Equal(expected, CallSize.CountOf(sizes, size => size, most));

    [Fact]
    public async Task Tasks_that_are_dispatched_together_travel_apart()
    {
        await using var node = await mesh.JoinAsync("large");

        var outcomes = await mesh.Scheduler.SubmitAsync([Large("dispatched-1", HalfOfACall), Large("dispatched-2", HalfOfACall), Large("dispatched-3", HalfOfACall)]);
        AttemptAssignment[] orders = [await node.NextAssignmentAsync(), await node.NextAssignmentAsync(), await node.NextAssignmentAsync()];

        Assert.All(outcomes, outcome => Assert.Equal("assigned", outcome.Status));
        Assert.Equal(1, node.LargestPush);
        foreach (var order in orders)
        {
            await mesh.Scheduler.CancelAsync(order.TaskId);
        }
    }

    [Fact]
    public async Task Lost_pushes_are_repeated_one_answer_after_the_other()
    {
        await using var node = await mesh.JoinAsync("deaf-to-large");
        await mesh.Scheduler.SubmitAsync([Large("repeated-1", 3 << 20), Large("repeated-2", 3 << 20)]);
        AttemptAssignment[] orders = [await node.NextAssignmentAsync(), await node.NextAssignmentAsync()];

        // The agent names what it has, and from then on nobody but the store has the payloads.
        await node.HeartbeatAsync();
        node.FallSilent();
        lock (node.Running)
        {
            node.Running.Clear();
        }

        Dictionary<AttemptId, string> repeated = [];
        await MeshCluster.EventuallyAsync(
            async () =>
            {
                var start = (await node.HeartbeatAsync()).Start;
                Assert.InRange(start.Length, 0, 1);
                start.ToList().ForEach(order => repeated[order.Id] = order.Payload);
                return repeated.Count;
            },
            count => count == 2,
            "both pushes in answers to heartbeats");

        Assert.Equal(orders.ToDictionary(order => order.Id, order => order.Payload), repeated);
        foreach (var order in orders)
        {
            await mesh.Scheduler.CancelAsync(order.TaskId);
        }
    }

    private static NewTask Large(string name, int characters) => new(
        $"{MeshConstants.TaskIdPrefix}{name}", Given.TestTask() with { Payload = $$"""{"filler":"{{new string('x', characters)}}"}""" }, Watched: false);

    /// <summary>Gives a node time to take large messages.</summary>
    public sealed class PatientMesh : MeshCluster
    {
        protected override TimeSpan LostAfter => TimeSpan.FromSeconds(10);
    }
}
