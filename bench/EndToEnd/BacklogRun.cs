using System.Diagnostics;
using System.Globalization;
using Aurora.Bench.EndToEnd.Http;
using Aurora.Bench.EndToEnd.Processes;
using Aurora.Testing;

namespace Aurora.Bench.EndToEnd;

/// <summary>
/// Many tasks wait and no node is there; the silo is killed and started again beside an agent with a hundred nodes. Measures its memory,
/// and how long after it is ready the first task is done, or, of tasks that run for long, its memory once every slot of the nodes has one.
/// </summary>
internal static class BacklogRun
{
    private const int Nodes = 100;
    private const int BatchSize = 10_000;
    private const int Drained = 100_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static async Task RunAsync(E2eOptions options, TextWriter output, Action<string> progress)
    {
        foreach (var store in options.Stores)
        {
            await using var postgres = store == "postgres" && options.Postgres is null ? await PostgresServer.StartOwnAsync() : null;
            await using var mesh = await MeshUnderTest.StartAsync(
                Executables.Find(), store == "postgres" ? options.Postgres ?? postgres!.ConnectionString : null);
            progress($"{store}: submitting {options.Backlog} tasks");
            var filling = Stopwatch.GetTimestamp();
            await LoadGenerator.RunAsync(mesh.Server, options.HeldSeconds > 0 ? HttpRequests.Batch(BatchSize, options.HeldSeconds) : HttpRequests.Batch(BatchSize), options.Backlog / BatchSize, options.Plan.BatchConnections);
            var accepted = options.Backlog / Stopwatch.GetElapsedTime(filling).TotalSeconds;
            var full = mesh.SiloMegabytes();

            progress($"{store}: killing the silo");
            mesh.BeginToJoin(Nodes, options.Plan.MaxParallel);
            var starting = Stopwatch.GetTimestamp();
            await mesh.RestartSiloAsync();
            var ready = Stopwatch.GetElapsedTime(starting);
            if (options.HeldSeconds > 0)
            {
                var slots = Math.Min(options.Backlog, Nodes * options.Plan.MaxParallel);
                await mesh.WaitAsync(status => status.Active >= slots, Patience, $"{slots} tasks run");
                var taken = Stopwatch.GetElapsedTime(starting) - ready;
                var running = mesh.SiloMegabytes();
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{store}, {options.Backlog} tasks queued: accepted {accepted:F0}/s; silo {full.Now} MB (most {full.Most}); killed and started: ready after {ready.TotalSeconds:F1} s; {slots} of them ran {taken.TotalSeconds:F1} s later; silo {running.Now} MB, most {running.Most}"));
                continue;
            }

            await mesh.WaitAsync(status => status.Completed > 0, Patience, "a first task is done");
            var first = Stopwatch.GetElapsedTime(starting) - ready;
            var rebuilt = mesh.SiloMegabytes();

            var drained = Math.Min(Drained, options.Backlog);
            await mesh.WaitAsync(status => status.Completed >= drained, Patience, $"{drained} tasks are done");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{store}, {options.Backlog} tasks queued: accepted {accepted:F0}/s; silo {full.Now} MB (most {full.Most}); killed and started: ready after {ready.TotalSeconds:F1} s, first task done {first.TotalSeconds:F1} s later; silo {rebuilt.Now} MB, most {mesh.SiloMegabytes().Most} until {drained} were done"));
        }
    }
}
