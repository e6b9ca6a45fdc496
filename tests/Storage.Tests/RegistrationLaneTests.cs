using Aurora.Storage.GroupCommit;

namespace Aurora.Storage.Tests;

/// <summary>Which registrations are committed together, by a writer that the test holds.</summary>
public sealed class RegistrationLaneTests
{
    private readonly Queue<(IReadOnlyList<NodeRegistrationWrite> Group, TaskCompletionSource<IReadOnlyDictionary<string, long>> Epochs)> writes = new();
    private readonly RegistrationLane lane;

    public RegistrationLaneTests() => lane = new RegistrationLane(group =>
    {
        var epochs = new TaskCompletionSource<IReadOnlyDictionary<string, long>>();
        writes.Enqueue((group, epochs));
        return epochs.Task;
    });

    [Fact]
    public async Task One_that_comes_alone_is_written_at_once_and_those_that_come_meanwhile_together()
    {
        var first = Register("n-0");
        var others = Enumerable.Range(1, 100).Reverse().Select(number => Register($"n-{number:000}")).ToList();

        Assert.Equal(["n-0"], Commit(epoch: 1));
        Assert.Equal(Enumerable.Range(1, 100).Select(number => $"n-{number:000}"), Commit(epoch: 7));

        Assert.Equal(1, await first);
        Assert.All(await Task.WhenAll(others), epoch => Assert.Equal(7, epoch));
        Assert.Empty(writes);
    }

    [Fact]
    public async Task A_group_has_an_end_and_a_node_only_once()
    {
        Task<long>[] all = [Register("n"), .. Enumerable.Range(0, RegistrationLane.GroupMax + 1).Select(number => Register($"m-{number}")), Register("n"), Register("n")];

        Assert.Equal([1, RegistrationLane.GroupMax, 2, 1], [Commit(1).Count, Commit(1).Count, Commit(2).Count, Commit(3).Count]);
        var epochs = await Task.WhenAll(all);
        Assert.Equal([2L, 3L], epochs[^2..]);
    }

    [Fact]
    public async Task A_group_that_fails_fails_its_own_nodes_and_no_others()
    {
        var lost = Register("a");
        var next = Register("b");
        writes.Dequeue().Epochs.SetException(new StoreUnavailableException("away"));

        await Assert.ThrowsAsync<StoreUnavailableException>(() => lost);
        Assert.Equal(["b"], Commit(epoch: 4));
        Assert.Equal(4, await next);
    }

    private Task<long> Register(string nodeId) => lane.RegisterAsync(new NodeRegistrationWrite(nodeId, "{}"));

    private List<string> Commit(long epoch)
    {
        var (group, epochs) = writes.Dequeue();
        epochs.SetResult(group.ToDictionary(one => one.NodeId, _ => epoch));
        return [.. group.Select(one => one.NodeId)];
    }
}
