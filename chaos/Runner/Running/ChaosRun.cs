using System.Text.Json;
using Aurora.Chaos.Checker;
using Aurora.Chaos.Checker.Evidence;
using Aurora.Chaos.Runner.Faults;
using Aurora.Chaos.Runner.History;
using Aurora.Chaos.Runner.Load;
using Aurora.Chaos.Runner.Plans;
using Aurora.Chaos.Runner.Processes;

namespace Aurora.Chaos.Runner.Running;

/// <summary>One run from its start to its verdict.</summary>
internal static class ChaosRun
{
    private static readonly TimeSpan ReviveInterval = TimeSpan.FromSeconds(1);

    /// <summary>Leaves the evidence, the logs and the report in the directory, which must be empty.</summary>
    public static async Task<RunReport> RunAsync(RunPlan plan, string directory, Action<string> say)
    {
        var report = new RunReport { StartedAt = DateTimeOffset.UtcNow };
        Manifest manifest;
        using (var client = new HistoryFile<ClientEvent>(Path.Combine(directory, "history", "client.jsonl"), EvidenceJson.Default.ClientEvent))
        using (var journal = new HistoryFile<JournalEvent>(Path.Combine(directory, "history", "journal-simulated.jsonl"), EvidenceJson.Default.JournalEvent))
        using (var nemesis = new HistoryFile<FaultEvent>(Path.Combine(directory, "history", "nemesis.jsonl"), EvidenceJson.Default.FaultEvent))
        {
            say($"{plan.Name}, seed {plan.Seed}: {plan.Silos} silos, {plan.Gateways} gateways, {plan.Agents} simulated nodes, {plan.RealAgents} real agents, {plan.Faults.Count} faults; {directory}");
            await using var mesh = await MeshUnderChaos.StartAsync(plan, directory, journal);
            using var api = new MeshApi(mesh.Urls, client);
            var keysHonoured = await LoadClient.AskAboutKeysAsync(api, $"key-{plan.Seed}-probe");
            manifest = Describe(plan, mesh, keysHonoured);
            await File.WriteAllTextAsync(Path.Combine(directory, "manifest.json"), JsonSerializer.Serialize(manifest, EvidenceJson.Default.Manifest));
            say($"the mesh is ready; idempotency keys are {(keysHonoured ? "honoured" : "not known to this build")}");

            var load = new LoadClient(plan, directory, api, keysHonoured);
            using var over = new CancellationTokenSource();
            var reviving = ReviveAsync(mesh, report, say, over.Token);
            await Task.WhenAll(load.RunAsync(CancellationToken.None), new Nemesis(plan, mesh, nemesis).RunAsync(say, CancellationToken.None));
            say($"load and faults are over; {load.Accepted} submits accepted");
            await SettleAsync(plan, mesh, report, say);
            await over.CancelAsync();
            await reviving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await load.ReadAgainAsync(most: 300);
            foreach (var server in mesh.Servers)
            {
                report.ResidentMegabytes[server.Name] = ProcessTree.ResidentBytes(server.Pid) / 1_000_000;
            }

            await mesh.Database.DumpAsync(directory);
        }

        await File.WriteAllLinesAsync(
            Path.Combine(directory, "history", "journal-real.jsonl"),
            RealAgent.ReadJournal(directory, manifest.ToMonotonic).Select(entry => JsonSerializer.Serialize(entry, EvidenceJson.Default.JournalEvent)));
        report.Seconds = Math.Round((DateTimeOffset.UtcNow - report.StartedAt).TotalSeconds, 1);
        var evidence = RunFiles.Read(directory);
        report.Verdict = RunChecker.Check(evidence);
        report.Limits.AddRange(PlanLimits.Judge(plan, report.Verdict, evidence));
        report.Kept = PlanLimits.IsKept(plan, report);
        report.LoadAverage = File.Exists("/proc/loadavg") ? (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0] : "unknown";
        await report.WriteAsync(directory);
        return report;
    }

    private static Manifest Describe(RunPlan plan, MeshUnderChaos mesh, bool keysHonoured) => new()
    {
        Seed = plan.Seed,
        Profile = plan.From is null ? plan.Name : $"{plan.Name} from {Revision.Find(plan.From)}",
        Commit = Revision.Find(Product.Root),
        FaultsPlanned = plan.Faults.Count,
        UnknownsRequired = plan.UnknownsRequired,
        KeysHonoured = keysHonoured,
        MonotonicNs = MonotonicClock.Now,
        WallMicros = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond,
        RecoverySecondsMax = plan.RecoverySecondsMax,
        Nodes = mesh.Nodes.Select(node => (node.Id, node.Capacity))
            .Concat(mesh.RealAgents.Select(agent => (Id: agent.Name, agent.Capacity)))
            .ToDictionary(node => node.Id, node => node.Capacity, StringComparer.Ordinal),
    };

    /// <summary>Waits until no task is open; the checker judges what is left.</summary>
    private static async Task SettleAsync(RunPlan plan, MeshUnderChaos mesh, RunReport report, Action<string> say)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (await mesh.Database.CountOpenAsync() is not 0)
        {
            report.SettleSeconds = Math.Round(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 1);
            if (report.SettleSeconds > plan.Settle.TotalSeconds)
            {
                say($"after {report.SettleSeconds:F0} s tasks are still open");
                return;
            }

            await Task.Delay(200);
        }

        say($"every task has ended {report.SettleSeconds} s after the last fault");
    }

    /// <summary>A service manager: what ended without being told to is started again, and counted.</summary>
    private static async Task ReviveAsync(MeshUnderChaos mesh, RunReport report, Action<string> say, CancellationToken over)
    {
        using var timer = new PeriodicTimer(ReviveInterval);
        while (await timer.WaitForNextTickAsync(over))
        {
            foreach (var server in mesh.Servers.Where(server => server.Revive()))
            {
                report.UnexpectedExits[server.Name] = report.UnexpectedExits.GetValueOrDefault(server.Name) + 1;
                say($"{server.Name} had ended by itself and was started again");
            }
        }
    }
}
