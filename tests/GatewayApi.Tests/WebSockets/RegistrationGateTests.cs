using Aurora.GatewayApi.WebSockets;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Microsoft.Extensions.Time.Testing;

namespace Aurora.GatewayApi.Tests.WebSockets;

/// <summary>Nodes that register at once, on a clock of the test's own.</summary>
public sealed class RegistrationGateTests
{
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public async Task No_more_register_at_once_than_may_and_the_others_are_told_to_come_later_before_they_give_up()
    {
        using var gate = new RegistrationGate(clock, new Random(3));
        var nodes = Enumerable.Range(0, 1000).Select(_ => gate.TryEnterAsync(CancellationToken.None)).ToList();
        Assert.Equal(RegistrationGate.AtOnceMax, nodes.Count(node => node.IsCompletedSuccessfully && node.Result));

        gate.Leave();
        Assert.True(await nodes[RegistrationGate.AtOnceMax].WaitAsync(TimeSpan.FromSeconds(30)));
        clock.Advance(RegistrationGate.PatienceMax);

        Assert.Equal(RegistrationGate.AtOnceMax + 1, (await Task.WhenAll(nodes).WaitAsync(TimeSpan.FromSeconds(30))).Count(isIn => isIn));
        Assert.True(RegistrationGate.PatienceMax < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_thousand_that_come_back_in_one_moment_are_all_in_within_30_s()
    {
        // Each registration takes 100 ms here, which is what it takes on a machine that is overloaded by them.
        using var gate = new RegistrationGate(clock, new Random(3));
        var (registering, random) = (TimeSpan.FromMilliseconds(100), new Random(4));
        var (entered, mostAtOnce, atOnce) = (0, 0, 0);
        var nodes = Enumerable.Range(0, 1000).Select(_ => ComeAsync()).ToList();
        var started = clock.GetUtcNow();
        while (Volatile.Read(ref entered) < 1000)
        {
            Assert.True(clock.GetUtcNow() - started < TimeSpan.FromSeconds(30), $"{entered} of 1,000 were in after 30 s.");
            clock.Advance(TimeSpan.FromMilliseconds(10));

            // Whoever's time has come gets to act on it before the clock goes on, however slow the machine is.
            do
            {
                await Task.Yield();
            }
            while (ThreadPool.PendingWorkItemCount > 0);
        }

        await Task.WhenAll(nodes);
        Assert.InRange(mostAtOnce, 1, RegistrationGate.AtOnceMax);

        async Task ComeAsync()
        {
            await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() / 10), clock);
            while (!await gate.TryEnterAsync(CancellationToken.None))
            {
                await Task.Delay(gate.Pause(), clock);
            }

            var now = Interlocked.Increment(ref atOnce);
            mostAtOnce = Math.Max(mostAtOnce, now);
            await Task.Delay(registering, clock);
            Interlocked.Decrement(ref atOnce);
            gate.Leave();
            Interlocked.Increment(ref entered);
        }
    }

    [Fact]
    public async Task Who_goes_while_it_waits_takes_no_place()
    {
        using var gate = new RegistrationGate(clock, new Random(3));
        for (var place = 0; place < RegistrationGate.AtOnceMax; place++)
        {
            Assert.True(await gate.TryEnterAsync(CancellationToken.None));
        }

        using var gone = new CancellationTokenSource();
        var waiting = gate.TryEnterAsync(gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        gate.Leave();
        Assert.True(await gate.TryEnterAsync(CancellationToken.None));
    }

    [Fact]
    public void The_pause_grows_with_those_who_wait_and_differs()
    {
        using var gate = new RegistrationGate(clock, new Random(3));
        var alone = Enumerable.Range(0, 100).Select(_ => gate.Pause()).ToList();
        for (var node = 0; node < 1000; node++)
        {
            _ = gate.TryEnterAsync(CancellationToken.None);
        }

        var crowded = Enumerable.Range(0, 100).Select(_ => gate.Pause()).ToList();

        Assert.InRange(alone.Max(), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(1));
        Assert.InRange(crowded.Max(), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
        Assert.True(crowded.Distinct().Count() > 90);
    }

    [Theory]
    [InlineData(100, 0, 1)]
    [InlineData(1000, 10, 30)]
    public void What_nodes_are_told_of_each_other_does_not_grow_with_the_square(int nodes, int secondsMin, int secondsMax)
    {
        var mesh = new MeshView(
            [
                .. Enumerable.Range(0, nodes).Select(index => new NodeStatusView(
                    $"node-{index}", "active", [new GpuDevice(0, "RTX 4090", 24L << 30, null)], [], [0], 1, 0, DateTimeOffset.UnixEpoch, 0, 1, [], "{}", "websocket")),
            ], 0, 1, 0);

        var pause = RegistryBroadcaster.PauseAfter((long)NodeFrames.NodeUpdate(mesh).Length * nodes);

        Assert.InRange(pause, TimeSpan.FromSeconds(secondsMin), TimeSpan.FromSeconds(secondsMax));
    }
}
