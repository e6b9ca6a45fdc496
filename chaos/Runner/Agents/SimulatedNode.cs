using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Aurora.Chaos.Checker.Evidence;
using Aurora.Chaos.Runner.History;

namespace Aurora.Chaos.Runner.Agents;

/// <summary>
/// A node whose work is the passing of time. It speaks the documented WebSocket protocol with every feature, finds a
/// gateway by itself, keeps reports until they are acknowledged, and can be killed and frozen like a process.
/// </summary>
internal sealed class SimulatedNode
{
    private const int GpuGigabytes = 24;
    private static readonly TimeSpan ResendAfter = TimeSpan.FromSeconds(5);

    private readonly NodeDisk disk = new();
    private readonly SimulatedWork work;
    private readonly Pause pause = new();
    private readonly IReadOnlyList<Uri> gateways;
    private readonly Random random;
    private readonly int slots;
    private int lives;
    private volatile NodeConnection? connection;
    private volatile TaskCompletionSource? dead;

    public SimulatedNode(string id, IReadOnlyList<Uri> gateways, int slots, int seed, HistoryFile<JournalEvent> journal)
    {
        Id = id;
        this.gateways = gateways;
        this.slots = slots;
        random = new Random(seed);
        work = new SimulatedWork(id, disk, journal);
        // Before its registration is answered a connection takes nothing else; afterwards everything unacknowledged is sent.
        work.Ended += report =>
        {
            if (connection is { IsRegistered: true } open)
            {
                open.Post(report);
            }
        };
    }

    public string Id { get; }

    public NodeCapacity Capacity => new([GpuGigabytes * Workload.BytesPerGigabyte], slots);

    /// <summary>Whether the mesh has answered its registration on the present connection.</summary>
    public bool IsRegistered => connection is { IsRegistered: true };

    /// <summary>Whether it fails at once whatever it gets.</summary>
    public bool FailsEverything
    {
        get => work.FailsEverything;
        set => work.FailsEverything = value;
    }

    /// <summary>How many attempts it runs.</summary>
    public int Running => work.Count;

    public async Task RunAsync(CancellationToken stopping)
    {
        for (var failures = 0; !stopping.IsCancellationRequested;)
        {
            if (dead is { } death)
            {
                await death.Task.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }

            var gateway = gateways[random.Next(gateways.Count)];
            var opened = new NodeConnection(gateway, Id, pause);
            connection = opened;
            try
            {
                await SpeakAsync(opened, stopping);
                failures = 0;
            }
            catch (Exception e) when (e is WebSocketException or HttpRequestException or IOException or OperationCanceledException or ObjectDisposedException or TimeoutException)
            {
                failures = opened.IsRegistered ? 0 : failures + 1;
            }
            finally
            {
                connection = null;
                opened.Dispose();
            }

            // Full jitter.
            var longest = Math.Min(5000, 500 << Math.Min(failures, 4));
            await Task.Delay(random.Next(longest), stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        work.KillAll();
    }

    /// <summary>The machine loses its power: the connection is reset, executions die, the disk stays.</summary>
    public void Kill()
    {
        dead ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection?.Reset();
        work.KillAll();
    }

    public void Revive()
    {
        lives++;
        var death = dead;
        dead = null;
        death?.TrySetResult();
    }

    /// <summary>The agent stands still; what it runs goes on.</summary>
    public void Freeze() => pause.Begin();

    public void Thaw() => pause.End();

    /// <summary>The connection is reset, and nothing else happens.</summary>
    public bool Disconnect()
    {
        var open = connection;
        open?.Reset();
        return open is { IsRegistered: true };
    }

    private async Task SpeakAsync(NodeConnection open, CancellationToken stopping)
    {
        await open.ConnectAsync(stopping);
        open.Post(Register());
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var beating = BeatAsync(open, ended.Token);
        try
        {
            while (await open.ReadAsync(stopping) is { } frame)
            {
                if (dead is null)
                {
                    Handle(open, frame);
                }
            }
        }
        finally
        {
            await ended.CancelAsync();
            await beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Handle(NodeConnection open, JsonObject frame)
    {
        switch (frame["type"]?.GetValue<string>())
        {
            case "registered":
                open.Registered(TimeSpan.FromMilliseconds(frame["heartbeat_interval_ms"]?.GetValue<double>() ?? 1000));
                Stop(frame["stop"]);
                Resend(open);
                break;
            case "task_assignment":
                Start(open, frame["task"]!.AsObject());
                break;
            case "task_stop":
                Stop(frame["attempts"]);
                break;
            case "report_ack":
                foreach (var report in frame["reports"]!.AsArray())
                {
                    disk.Acknowledge(report!["task_id"]!.GetValue<string>(), report["attempt"]!.GetValue<int>());
                }

                break;
            case "heartbeat_ack" when frame["known"]?.GetValue<bool>() == false:
                // One registration at a time: several answers may say so.
                if (open.Unregister())
                {
                    open.Post(Register());
                }

                break;
            case "heartbeat_ack":
                foreach (var task in frame["start"]!.AsArray())
                {
                    Start(open, task!.AsObject());
                }

                Stop(frame["stop"]);
                break;
        }
    }

    private void Start(NodeConnection open, JsonObject task)
    {
        // No task_started: an acknowledgement does not say whether it is of the start or of the end, and the end must be kept.
        if (!work.Begin(task) && !Names(task["task_id"]!.GetValue<string>(), task["attempt"]!.GetValue<int>()) && open.Unregister())
        {
            // Taken before and gone since: only an inventory that lacks it tells the mesh so.
            open.Post(Register());
        }
    }

    private bool Names(string task, int attempt) =>
        work.Attempts.Contains((task, attempt)) || disk.Unacknowledged().Any(report => report.Id == (task, attempt));

    private void Stop(JsonNode? attempts)
    {
        foreach (var attempt in attempts?.AsArray() ?? [])
        {
            work.Kill(attempt!["task_id"]!.GetValue<string>(), attempt["attempt"]!.GetValue<int>());
        }
    }

    private void Resend(NodeConnection open)
    {
        foreach (var (_, report) in disk.Unacknowledged())
        {
            open.Post(report);
        }
    }

    private async Task BeatAsync(NodeConnection open, CancellationToken cancellation)
    {
        var sinceResend = TimeSpan.Zero;
        while (true)
        {
            var interval = open.HeartbeatInterval;
            await Task.Delay(interval, cancellation);
            await pause.PassAsync(cancellation);
            if (!open.IsRegistered)
            {
                open.ResetWhenUnanswered();
                continue;
            }

            open.Post(new JsonObject
            {
                ["type"] = "heartbeat",
                ["heartbeat"] = new JsonObject { ["cpu_load"] = 0.5, ["gpus"] = new JsonArray(), ["attempts"] = Inventory() },
            });
            sinceResend += interval;
            if (sinceResend >= ResendAfter)
            {
                sinceResend = TimeSpan.Zero;
                Resend(open);
            }
        }
    }

    private JsonObject Register() => new()
    {
        ["type"] = "register",
        ["node_info"] = new JsonObject
        {
            ["gpus"] = new JsonArray(new JsonObject { ["type"] = Workload.SimulatedGpu, ["memory_gb"] = GpuGigabytes }),
            ["max_parallel"] = slots,
            ["task_types"] = new JsonArray(Workload.SimulatedType),
            // Without "preempt" a node gets no gangs; no plan drains a node or preempts.
            ["features"] = new JsonArray("attempts", "acks", "stop", "heartbeat", "no_node_updates", "preempt", "gang"),
            ["instance_id"] = $"{Id}.{lives}",
            ["running"] = Inventory(),
        },
    };

    private JsonArray Inventory() => new(
    [
        .. work.Attempts.Concat(disk.Unacknowledged().Select(report => report.Id)).Distinct()
            .Select(id => new JsonObject { ["task_id"] = id.Task, ["attempt"] = id.Attempt }),
    ]);
}
