using System.Globalization;
using System.Text.Json.Nodes;
using Aurora.Chaos.Checker.Evidence;
using Aurora.Chaos.Runner.Agents;
using Aurora.Chaos.Runner.Plans;
using Aurora.Chaos.Runner.Processes;

namespace Aurora.Chaos.Runner.Load;

/// <summary>
/// Sends the planned tasks at their planned times over all gateways, and repeats under the same key what was not
/// answered with a success. Now and then it cancels one, and reads what it or another client has sent.
/// </summary>
internal sealed class LoadClient(RunPlan plan, string directory, MeshApi api, bool keysHonoured)
{
    private const double FailShare = 0.01;
    private const int ProbeTries = 20;
    private const double ReadShare = 0.3;
    private const double ScriptShare = 0.02;
    private const int GangMin = 2;
    private const int GangMax = 4;
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongWait = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ResultPatience = TimeSpan.FromMinutes(4);

    /// <summary>Ends the name of a client that sends a known key with another body.</summary>
    public const string OtherBody = "-other";

    /// <summary>The client that asks about keys before the load begins.</summary>
    public const string Probe = "client-probe";

    private readonly List<string> accepted = [];

    /// <summary>How many submits were accepted.</summary>
    public int Accepted
    {
        get
        {
            lock (accepted)
            {
                return accepted.Count;
            }
        }
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        var total = (int)(plan.Load.TotalSeconds * plan.TasksPerSecond);
        var next = 0;
        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, plan.Clients).Select(async number =>
        {
            var client = $"client-{number}";
            var random = new Random(unchecked((plan.Seed * 7919) + number));
            for (int index; (index = Interlocked.Increment(ref next)) <= total && !stopping.IsCancellationRequested;)
            {
                var due = TimeSpan.FromSeconds(index / plan.TasksPerSecond) - TimeProvider.System.GetElapsedTime(started);
                if (due > TimeSpan.Zero)
                {
                    await Task.Delay(due, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }

                await SendAllAsync(client, index, random, stopping);
            }
        }));
    }

    /// <summary>Sends one task, in as many copies as the plan says; who follows it up is the first.</summary>
    private async Task SendAllAsync(string client, int index, Random random, CancellationToken stopping)
    {
        var key = $"key-{plan.Seed}-{index}";
        var body = Body(key, random);
        var gateway = random.Next(api.Gateways);
        var copies = Enumerable.Range(1, plan.SubmitCopies - 1)
            .Select(copy => SendAsync($"{client}.{copy}", key, body, gateway + copy, new Random(unchecked((index * 7919) + copy)), stopping)).ToList();
        var task = await SendAsync(client, key, body, gateway, random, stopping);
        await Task.WhenAll(copies);
        if (copies.Count > 0)
        {
            await api.SubmitAsync(client + OtherBody, key, body.Insert(1, "\"chaos_other\":true,"), gateway);
        }

        if (task is not null)
        {
            lock (accepted)
            {
                accepted.Add(task);
            }

            await FollowAsync(client, task, random);
        }
    }

    /// <summary>Reads a sample of the accepted tasks once more, through every gateway in turn.</summary>
    public async Task ReadAgainAsync(int most)
    {
        string[] all;
        lock (accepted)
        {
            all = [.. accepted];
        }

        var sample = all.Where((_, index) => index % Math.Max(1, all.Length / most) == 0).ToList();
        for (var index = 0; index < sample.Count; index++)
        {
            await api.ReadAsync("client-last", sample[index], index % api.Gateways, wait: null);
        }
    }

    /// <summary>The task that the key stands for; null when nobody said.</summary>
    private async Task<string?> SendAsync(string client, string key, string body, int gateway, Random random, CancellationToken stopping)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var tries = 0; ; tries++)
        {
            var answer = await api.SubmitAsync(client, key, body, gateway + tries);
            if (answer.Step == ClientStep.Ok)
            {
                return answer.Task!;
            }

            // Without keys a repeat of an unknown outcome may be a second task.
            var refused = answer is { Step: ClientStep.Fail, Status: not null };
            if (refused || (answer.Step == ClientStep.Info && !keysHonoured)
                || stopping.IsCancellationRequested || TimeProvider.System.GetElapsedTime(started) > GiveUpAfter)
            {
                return null;
            }

            await Task.Delay(random.Next(Math.Min(2000, 100 << Math.Min(tries, 5))), stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(string client, string task, Random random)
    {
        if (plan.WaitForResults)
        {
            await WaitAsync(client, task, random);
            return;
        }

        if (random.NextDouble() < plan.CancelShare)
        {
            await Task.Delay(random.Next(plan.CancelWithinMilliseconds + 1));
            await api.CancelAsync(client, task, random.Next(api.Gateways));
        }

        if (random.NextDouble() < ReadShare)
        {
            string other;
            lock (accepted)
            {
                other = accepted[^(1 + random.Next(Math.Min(accepted.Count, 200)))];
            }

            await api.ReadAsync(client, random.Next(2) == 0 ? task : other, random.Next(api.Gateways), random.Next(20) == 0 ? ShortWait : null);
        }
    }

    /// <summary>Asks one gateway for the result until it has it, and the next one when that does not answer.</summary>
    private async Task WaitAsync(string client, string task, Random random)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var gateway = random.Next(api.Gateways); TimeProvider.System.GetElapsedTime(started) < ResultPatience;)
        {
            var answer = await api.ReadAsync(client, task, gateway % api.Gateways, LongWait);
            if (answer is { Step: ClientStep.Ok, Phase: "completed" or "failed" or "cancelled" })
            {
                return;
            }

            if (answer.Step != ClientStep.Ok)
            {
                gateway++;
                await Task.Delay(random.Next(500));
            }
        }
    }

    private string Body(string key, Random random)
    {
        // Skewed to the short: most tasks take a fraction of the longest.
        var share = random.NextDouble();
        var work = 100 + (int)((plan.WorkMillisecondsMax - 100) * share * share);
        var isScript = plan.RealAgents > 0 && random.NextDouble() < (plan.Agents <= 1 ? 1 : ScriptShare);
        var body = new JsonObject
        {
            ["task_type"] = isScript ? "custom" : Workload.SimulatedType,
            ["priority"] = random.Next(10),
            ["requirements"] = new JsonObject { ["memory_gb"] = random.Next(3) switch { 0 => 1, 1 => 2, _ => 6 }, ["gpu_count"] = 1, ["gpu_type"] = isScript ? Workload.RealGpu : Workload.SimulatedGpu },
            [Workload.KeyMember] = key,
        };
        if (isScript)
        {
            body["interpreter"] = "bash";
            body["script_source"] = RealAgent.Script(directory, work);
        }
        else
        {
            body[Workload.WorkMember] = work;
            body[Workload.FailsMember] = random.NextDouble() < FailShare;
            if (plan.GangShare > 0 && random.NextDouble() < plan.GangShare)
            {
                var nodes = GangMin + random.Next(GangMax - GangMin + 1);
                body["requirements"]!["nodes"] = nodes;
                body[Workload.NodesMember] = nodes;
            }
        }

        return body.ToJsonString();
    }

    /// <summary>The answer to a submit; on a busy machine the first calls may take longer than the mesh gives them.</summary>
    private static async Task<ClientEvent> AcceptedAsync(MeshApi api, string key, string body, int gateway)
    {
        for (var tries = 1; ; tries++)
        {
            var answer = await api.SubmitAsync(Probe, key, body, gateway);
            if (answer.Step != ClientStep.Info || tries == ProbeTries)
            {
                return answer;
            }

            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>Whether the product answers one key twice with one task.</summary>
    public static async Task<bool> AskAboutKeysAsync(MeshApi api, string probe)
    {
        var body = new JsonObject { ["task_type"] = Workload.SimulatedType, ["requirements"] = new JsonObject { ["memory_gb"] = 1, ["gpu_type"] = Workload.SimulatedGpu }, [Workload.KeyMember] = probe, [Workload.WorkMember] = 100 }.ToJsonString();
        var answers = new List<ClientEvent>();
        for (var gateway = 0; gateway < 2; gateway++)
        {
            answers.Add(await AcceptedAsync(api, probe, body, gateway));
        }

        return answers is [{ Step: ClientStep.Ok } first, { Step: ClientStep.Ok } second] && first.Task == second.Task
            ? true
            : answers.TrueForAll(answer => answer.Step == ClientStep.Ok)
                ? false
                : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"A submit without a fault was not accepted: {answers.Find(answer => answer.Step != ClientStep.Ok)}"));
    }
}
