using Aurora.Grains.Interfaces.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Aurora.Grains.Tests;

/// <summary>More nodes register over Orleans at once than a silo lets in, on a gate whose clock is the test's.</summary>
public sealed class RegistrationTests(RegistrationTests.GatedMesh mesh) : IClassFixture<RegistrationTests.GatedMesh>
{
    [Fact]
    public async Task A_node_that_finds_the_gate_full_is_told_when_to_come_and_one_that_passed_a_gateway_is_not()
    {
        for (var place = 0; place < RegistrationGate.AtOnceMax; place++)
        {
            Assert.True(await mesh.Gate.TryEnterAsync(CancellationToken.None));
        }

        await using var passed = await mesh.JoinAsync("over-a-socket", Given.Node() with { Transport = "websocket" });
        var refused = mesh.JoinAsync("over-orleans");
        var node = await MeshCluster.EventuallyAsync(
            () =>
            {
                // Its patience begins when its call arrives.
                mesh.Clock.Advance(RegistrationGate.PatienceMax);
                return Task.FromResult(refused);
            },
            join => join.IsCompleted,
            "an answer when the patience is over");
        (await node).FallSilent();

        Assert.Null(passed.Reply!.RefusedFor);
        Assert.True((await node).Reply!.IsBusy);
        Assert.InRange((await node).Reply!.RefusedFor!.Value, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(10));
        Assert.DoesNotContain((await mesh.Scheduler.GetMeshAsync()).Nodes, each => each.NodeId == "over-orleans");

        for (var place = 0; place < RegistrationGate.AtOnceMax; place++)
        {
            mesh.Gate.Leave();
        }

        await using var again = await mesh.JoinAsync("over-orleans");
        Assert.Null(again.Reply!.RefusedFor);
    }

    [Fact]
    public async Task Every_registration_leaves_the_gate_again()
    {
        for (var round = 0; round < 2; round++)
        {
            var nodes = await Task.WhenAll(Enumerable.Range(0, RegistrationGate.AtOnceMax * 2).Select(number => mesh.JoinAsync($"crowd-{number}")));
            Assert.All(nodes, node => Assert.Null(node.Reply!.RefusedFor));
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }
        }
    }

    /// <summary>Has a gate on a clock that stands still.</summary>
    public sealed class GatedMesh : MeshCluster
    {
        public GatedMesh() => Gate = new RegistrationGate(Clock, new Random(3));

        internal FakeTimeProvider Clock { get; } = new();

        internal RegistrationGate Gate { get; }

        protected override void Configure(IServiceCollection services) => services.AddSingleton(Gate);
    }
}
