using Aurora.Chaos.Checker.Evidence;
using Aurora.Chaos.Runner.History;
using Aurora.Chaos.Runner.Plans;
using Aurora.Chaos.Runner.Running;

namespace Aurora.Chaos.Runner.Faults;

/// <summary>Injects the planned faults at their times and logs what became of each.</summary>
internal sealed class Nemesis(RunPlan plan, MeshUnderChaos mesh, HistoryFile<FaultEvent> log)
{
    private readonly ProcessFaults processes = new(mesh);
    private readonly NodeFaults nodes = new(mesh);
    private readonly DatabaseFaults database = new(mesh.Database);

    /// <summary>Runs until the last fault has ended.</summary>
    public async Task RunAsync(Action<string> say, CancellationToken stopping)
    {
        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(plan.Faults.Select(async fault =>
        {
            var due = fault.At - TimeProvider.System.GetElapsedTime(started);
            await Task.Delay(due > TimeSpan.Zero ? due : TimeSpan.Zero, stopping);
            await InjectAsync(fault, say, stopping);
        }));
    }

    private async Task InjectAsync(PlannedFault fault, Action<string> say, CancellationToken stopping)
    {
        if (fault.IsOfNodes)
        {
            await nodes.SomeoneRegisteredAsync(stopping);
        }

        var injection = Describe(fault);
        if (injection is null)
        {
            Note(fault, "none", FaultStep.Miss, [], "there is nothing to do it to");
            return;
        }

        Note(fault, injection.Target, FaultStep.Begin, injection.Nodes, null);
        var hit = false;
        string? detail = null;
        try
        {
            hit = await injection.BeginAsync();
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or Npgsql.NpgsqlException or System.Net.Sockets.SocketException)
        {
            detail = e.Message;
        }

        if (hit)
        {
            Note(fault, injection.Target, FaultStep.Hit, injection.Nodes, null);
        }

        await Task.Delay(fault.Lasts, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var seen = await injection.EndAsync();
        if (!hit)
        {
            Note(fault, injection.Target, seen ? FaultStep.Hit : FaultStep.Miss, injection.Nodes, detail);
        }

        Note(fault, injection.Target, FaultStep.End, injection.Nodes, null);
        say($"{fault.Name} {injection.Target} for {fault.Lasts.TotalSeconds:F0} s{(hit || seen ? "" : ": missed")}");
    }

    private Injection? Describe(PlannedFault fault) => fault.Kind switch
    {
        FaultKind.KillDatabase => database.Kill(),
        FaultKind.FreezeDatabase => database.Freeze(),
        FaultKind.FillDisk => database.FillDisk(),
        FaultKind.FailOver => database.FailOver(),
        _ when fault.IsOfNodes => nodes.Describe(fault),
        _ => processes.Describe(fault),
    };

    private void Note(PlannedFault fault, string target, FaultStep step, string[] affected, string? detail) => log.Add(new FaultEvent
    {
        At = MonotonicClock.Now,
        Fault = fault.Id,
        Kind = fault.Name,
        Target = target,
        Step = step,
        Nodes = affected,
        Detail = detail,
    });
}
