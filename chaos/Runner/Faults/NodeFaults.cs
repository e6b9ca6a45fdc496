using Aurora.Chaos.Runner.Agents;
using Aurora.Chaos.Runner.Plans;
using Aurora.Chaos.Runner.Running;

namespace Aurora.Chaos.Runner.Faults;

/// <summary>Faults of simulated nodes and of their links.</summary>
internal sealed class NodeFaults(MeshUnderChaos mesh)
{
    private const int CutTogether = 3;
    private static readonly TimeSpan FlapInterval = TimeSpan.FromSeconds(5);

    private const double DropShare = 0.1;
    private const double DuplicateShare = 0.1;

    private readonly HashSet<string> busy = new(StringComparer.Ordinal);

    /// <summary>A node that is not connected has nothing to lose: waits a while for one that is.</summary>
    public async Task SomeoneRegisteredAsync(CancellationToken stopping)
    {
        for (var looks = 0; looks < 100 && !mesh.Nodes.Exists(node => node.IsRegistered); looks++)
        {
            await Task.Delay(100, stopping);
        }
    }

    /// <summary>Null when every node has a fault already.</summary>
    public Injection? Describe(PlannedFault fault)
    {
        var several = fault.Kind switch
        {
            FaultKind.CutAgent => CutTogether,
            FaultKind.DisturbAgents or FaultKind.ReconnectAgents => mesh.Nodes.Count,
            _ => 1,
        };
        var targets = Take(fault.Pick, several);
        return targets.Count == 0 ? null : fault.Kind switch
        {
            FaultKind.KillAgent => One(targets, node => node.IsRegistered && Try(node.Kill), node => node.Revive()),
            FaultKind.FreezeAgent => One(targets, node => node.IsRegistered && Try(node.Freeze), node => node.Thaw()),
            FaultKind.FlapAgent => Flap(targets[0]),
            FaultKind.SpoilAgent => One(targets, node => node.IsRegistered && Try(() => node.FailsEverything = true), node => node.FailsEverything = false),
            FaultKind.ReconnectAgents => One(targets, node => node.Disconnect(), _ => { }),
            FaultKind.CutAgent => Link(targets, node => mesh.Links.Cut(node.Id), () => mesh.Links.Held),
            _ => Link(targets, node => mesh.Links.Disturb(node.Id, DropShare, DuplicateShare), () => mesh.Links.Disturbed),
        };
    }

    /// <summary>Its power goes and comes every few seconds.</summary>
    private Injection Flap(SimulatedNode node)
    {
        var over = new CancellationTokenSource();
        var flapping = Task.CompletedTask;
        return new Injection(
            node.Id,
            [node.Id],
            () =>
            {
                flapping = FlapAsync(node, over.Token);
                return Task.FromResult(true);
            },
            async () =>
            {
                await over.CancelAsync();
                await flapping;
                over.Dispose();
                Release([node]);
                return false;
            });
    }

    private static async Task FlapAsync(SimulatedNode node, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            node.Kill();
            await Task.Delay(FlapInterval, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            node.Revive();
            await Task.Delay(FlapInterval, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static bool Try(Action act)
    {
        act();
        return true;
    }

    private Injection One(List<SimulatedNode> targets, Func<SimulatedNode, bool> begin, Action<SimulatedNode> end) => new(
        Describe(targets),
        [.. targets.Select(node => node.Id)],
        () => Task.FromResult(targets.Select(begin).ToList().Exists(hit => hit)),
        () =>
        {
            targets.ForEach(end);
            Release(targets);
            return Task.FromResult(false);
        });

    /// <summary>A link is hit when a frame was held, lost or doubled.</summary>
    private Injection Link(List<SimulatedNode> targets, Action<SimulatedNode> begin, Func<long> count)
    {
        var before = count();
        return new Injection(
            Describe(targets),
            [.. targets.Select(node => node.Id)],
            () =>
            {
                targets.ForEach(begin);
                return Task.FromResult(false);
            },
            () =>
            {
                var seen = count() > before;
                targets.ForEach(node => mesh.Links.Heal(node.Id));
                Release(targets);
                return Task.FromResult(seen);
            });
    }

    private List<SimulatedNode> Take(int pick, int several)
    {
        lock (busy)
        {
            var free = mesh.Nodes.Where(node => !busy.Contains(node.Id)).ToList();
            free = free.Exists(node => node.IsRegistered) ? [.. free.Where(node => node.IsRegistered)] : free;
            var taken = Enumerable.Range(0, Math.Min(several, free.Count)).Select(offset => free[(int)((pick + (long)offset) % free.Count)]).ToList();
            busy.UnionWith(taken.Select(node => node.Id));
            return taken;
        }
    }

    private void Release(List<SimulatedNode> targets)
    {
        lock (busy)
        {
            busy.ExceptWith(targets.Select(node => node.Id));
        }
    }

    private static string Describe(List<SimulatedNode> targets) => targets.Count <= CutTogether ? string.Join(",", targets.Select(node => node.Id)) : $"{targets.Count} nodes";
}
