using Aurora.Chaos.Runner.Plans;
using Aurora.Chaos.Runner.Processes;
using Aurora.Chaos.Runner.Running;

namespace Aurora.Chaos.Runner.Faults;

/// <summary>Signals to silos, gateways and real agents.</summary>
internal sealed class ProcessFaults(MeshUnderChaos mesh)
{
    private readonly HashSet<string> busy = new(StringComparer.Ordinal);

    /// <summary>Null when there is no such process, or another fault has every one of them.</summary>
    public Injection? Describe(PlannedFault fault) => fault.Kind switch
    {
        FaultKind.KillSilo => Servers(fault, mesh.Silos, Signal.Kill, all: false),
        FaultKind.StopSilo => Servers(fault, mesh.Silos, Signal.Terminate, all: false),
        FaultKind.FreezeSilo => Servers(fault, mesh.Silos, Signal.Stop, all: false),
        FaultKind.KillAllSilos => Servers(fault, [.. mesh.Servers], Signal.Kill, all: true),
        FaultKind.CutSilo => Cut(fault, silo => [.. mesh.Silos.Where(other => other != silo).Select(other => (SiloNetwork.AddressOf(other.Machine!.Value), (int?)null))]),
        FaultKind.CutSilos => Cut(fault, silo => [(SiloNetwork.AddressOf(mesh.Silos.Find(other => other != silo)!.Machine!.Value), null)]),
        FaultKind.CutDatabase => Cut(fault, _ => [(SiloNetwork.HostAddress, mesh.Database.Port)]),
        FaultKind.KillGateway => Servers(fault, mesh.Gateways, Signal.Kill, all: false),
        FaultKind.StopGateway => Servers(fault, mesh.Gateways, Signal.Terminate, all: false),
        FaultKind.FreezeGateway => Servers(fault, mesh.Gateways, Signal.Stop, all: false),
        FaultKind.KillAllGateways => Servers(fault, mesh.Gateways, Signal.Kill, all: true),
        FaultKind.FreezeAllGateways => Servers(fault, mesh.Gateways, Signal.Stop, all: true),
        FaultKind.KillRealAgent => Agent(fault, Signal.Kill),
        FaultKind.FreezeRealAgent => Agent(fault, Signal.Stop),
        FaultKind.DoubleRealAgent => Double(fault),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), $"{fault.Kind} is no fault of a process."),
    };

    private Injection? Servers(PlannedFault fault, List<MeshServer> candidates, int signal, bool all)
    {
        var targets = Take(fault.Pick, candidates, server => server.Name, all);
        return targets.Count == 0 ? null : new Injection(
            string.Join(",", targets.Select(server => server.Name)),
            mesh.NodesBehind(targets),
            async () =>
            {
                var hits = await Task.WhenAll(targets.Select(server => SignalAsync(server.Pid, signal, server.Send, server.EndAsync)));
                return hits.All(hit => hit);
            },
            () =>
            {
                foreach (var server in targets)
                {
                    if (signal == Signal.Stop)
                    {
                        server.Send(Signal.Continue);
                    }
                    else
                    {
                        server.Start();
                    }
                }

                Release(targets.Select(server => server.Name));
                return Task.FromResult(false);
            });
    }

    private Injection? Agent(PlannedFault fault, int signal) =>
        Take(fault.Pick, mesh.RealAgents, agent => agent.Name, all: false) is [var agent]
            ? new Injection(
                agent.Name,
                [agent.Name],
                () => SignalAsync(agent.Pid, signal, agent.Send, agent.EndedAsync),
                () =>
                {
                    if (signal == Signal.Stop)
                    {
                        agent.Send(Signal.Continue);
                    }
                    else
                    {
                        agent.Start();
                    }

                    Release([agent.Name]);
                    return Task.FromResult(false);
                })
            : null;

    /// <summary>
    /// Between one silo and some addresses nothing passes. It may be the silo that is given up, or one that it lacks: the nodes behind
    /// any of them may feel it.
    /// </summary>
    private Injection? Cut(PlannedFault fault, Func<MeshServer, (string Address, int? Port)[]> ends)
    {
        if (Take(fault.Pick, mesh.Silos, server => server.Name, all: false) is not [{ Machine: { } machine } silo])
        {
            return null;
        }

        return new Injection(
            silo.Name,
            mesh.NodesBehind(fault.Kind == FaultKind.CutSilos ? mesh.Silos : [silo]),
            () =>
            {
                foreach (var (address, port) in ends(silo))
                {
                    SiloNetwork.Cut(machine, address, port);
                }

                return Task.FromResult(false);
            },
            () =>
            {
                Release([silo.Name]);
                return Task.FromResult(SiloNetwork.Heal(machine) > 0);
            });
    }

    /// <summary>A second machine that has the same name and stays for a while. It hits when the mesh took it.</summary>
    private Injection? Double(PlannedFault fault) =>
        Take(fault.Pick, mesh.RealAgents, agent => agent.Name, all: false) is [var agent]
            ? new Injection(
                agent.Name,
                [agent.Name],
                () =>
                {
                    agent.StartDouble();
                    return Task.FromResult(false);
                },
                async () =>
                {
                    var joined = await agent.StopDoubleAsync();
                    Release([agent.Name]);
                    return joined;
                })
            : null;

    /// <summary>Whether the signal had its effect: the process is gone, or it stands.</summary>
    private static async Task<bool> SignalAsync(int pid, int signal, Func<int, bool> send, Func<Task<bool>> ended)
    {
        if (!send(signal))
        {
            return false;
        }

        return signal == Signal.Stop ? await ProcessTree.StandsStillAsync(pid) : await ended();
    }

    private List<T> Take<T>(int pick, List<T> candidates, Func<T, string> name, bool all)
    {
        lock (busy)
        {
            var free = candidates.Where(candidate => !busy.Contains(name(candidate))).ToList();
            if (free.Count == 0)
            {
                return [];
            }

            List<T> taken = all ? free : [free[pick % free.Count]];
            busy.UnionWith(taken.Select(name));
            return taken;
        }
    }

    private void Release(IEnumerable<string> names)
    {
        lock (busy)
        {
            busy.ExceptWith(names);
        }
    }
}
