using Aurora.Chaos.Checker;
using Aurora.Chaos.Checker.Checks;
using Aurora.Chaos.Checker.Evidence;
using Aurora.Chaos.Checker.Reporting;

namespace Aurora.Checker.Tests;

/// <summary>
/// A run written by hand, in seconds from its start. It begins as a good one: <c>a</c> runs once; <c>b</c> loses its node to a
/// fault and runs again elsewhere; the submit of <c>c</c> has an unknown outcome, is repeated, and <c>c</c> is cancelled while
/// it waits; <c>g</c> runs on both nodes at once, of which the second ends first. Each test breaks one thing.
/// </summary>
internal sealed class HandMadeRun
{
    public const string Leader = "silo-1";

    private const long Gb = 1_000_000_000;
    private const long Micros = 1_000_000;
    private const long Nanos = 1_000_000_000;
    private long op;
    private long seq;

    public HandMadeRun()
    {
        Epochs.Add(new EpochEvent(++seq, 0, "default", 1, Leader));
        Submit("key-a", "a", at: 1);
        Placed("a", attempt: 1, "n1", at: 1);
        Executed("a", attempt: 1, "n1", from: 1.1, until: 2);
        Stored("a", StoredPhase.Completed, attempt: 1, "n1", at: 2);
        Row("a", "key-a", StoredPhase.Completed, attempt: 1, "n1");
        Read("a", "completed", attempt: 1, from: 3, until: 3.1);

        Submit("key-b", "b", at: 4);
        Placed("b", attempt: 1, "n1", at: 4);
        Fault(1, "kill-agent", "n1", from: 5, until: 6, "n1");
        Executed("b", attempt: 1, "n1", from: 4.1, until: 5, JournalStep.Killed);
        Stored("b", StoredPhase.Queued, attempt: 1, "n1", at: 5.2);
        Placed("b", attempt: 2, "n2", at: 5.3);
        Executed("b", attempt: 2, "n2", from: 5.4, until: 7);
        Stored("b", StoredPhase.Completed, attempt: 2, "n2", at: 7);
        Row("b", "key-b", StoredPhase.Completed, attempt: 2, "n2");

        Submit("key-c", null, at: 8, ClientStep.Info);
        Submit("key-c", "c", at: 8.5);
        Stored("c", StoredPhase.Queued, attempt: 0, null, at: 8);
        Stored("c", StoredPhase.Cancelled, attempt: 0, null, at: 9);
        Row("c", "key-c", StoredPhase.Cancelled, attempt: 0, null);

        Submit("key-g", "g", at: 12);
        Stored("g", StoredPhase.Queued, attempt: 0, null, at: 12);
        Gang("g", attempt: 1, StoredPhase.Assigned, open: 0b11, at: 12);
        Member("g", attempt: 1, rank: 0, from: 12.1, until: 14.5);
        Member("g", attempt: 1, rank: 1, from: 12.1, until: 13);
        Gang("g", attempt: 1, StoredPhase.Running, open: 0b01, at: 13);
        Gang("g", attempt: 1, StoredPhase.Completed, open: 0, at: 14.5);
        GangRow("g", "key-g", attempt: 1);
    }

    public Manifest Manifest { get; set; } = new()
    {
        Seed = 7,
        Profile = "by hand",
        FaultsPlanned = 1,
        UnknownsRequired = true,
        KeysHonoured = true,
        MonotonicNs = 0,
        WallMicros = 0,
        WaitSecondsMax = 60,
        AftermathSeconds = 5,
        RecoverySecondsMax = { ["kill-agent"] = 5 },
        Nodes = { ["n1"] = new NodeCapacity([24 * Gb], 2), ["n2"] = new NodeCapacity([24 * Gb], 2) },
    };

    public List<ClientEvent> Client { get; } = [];

    public List<JournalEvent> Journal { get; } = [];

    public List<FaultEvent> Faults { get; } = [];

    public List<StoredTask> Tasks { get; } = [];

    public List<StoreEvent> Changes { get; } = [];

    public List<EpochEvent> Epochs { get; } = [];

    public RunEvidence Evidence => new(Manifest, Client, Journal, Faults, Tasks, Changes, Epochs);

    public RunVerdict Judge() => RunChecker.Check(Evidence);

    /// <summary>The ids of the checks that it breaks.</summary>
    public string[] Broken() => [.. Judge().Checks.Where(check => check.Verdict == Verdict.Broken).Select(check => check.Id)];

    public void Submit(string key, string? task, double at, ClientStep answer = ClientStep.Ok) =>
        Request(ClientCall.Submit, answer, at, at + 0.1, key, task, task is null ? null : "queued", null, null);

    public void Read(string task, string? phase, int? attempt, double from, double until, string? digest = null) =>
        Request(ClientCall.Read, ClientStep.Ok, from, until, null, task, phase, attempt, phase == "completed" ? digest ?? Digest(task, attempt!.Value) : null);

    /// <summary>An assignment of 16 GB on GPU 0, by the leader unless said otherwise.</summary>
    public void Placed(string task, int attempt, string node, double at, string writer = Leader, int priority = 5, long gigabytes = 16) =>
        Changes.Add(Change(task, StoredPhase.Assigned, attempt, node, at, priority, gigabytes) with { Writer = writer });

    public void Stored(string task, StoredPhase phase, int attempt, string? node, double at, int priority = 5) =>
        Changes.Add(Change(task, phase, attempt, node, at, priority, 16));

    public void Row(string task, string? key, StoredPhase phase, int attempt, string? node) => Tasks.Add(new StoredTask
    {
        TaskId = task,
        Key = key,
        Phase = phase,
        Attempt = attempt,
        NodeId = node,
        NodeEpoch = 1,
        ResultDigest = phase == StoredPhase.Completed ? Digest(task, attempt) : null,
        ResultAttempt = phase == StoredPhase.Completed ? attempt : null,
        ResultNode = phase == StoredPhase.Completed ? node : null,
    });

    public void Executed(string task, int attempt, string node, double from, double until, JournalStep end = JournalStep.End, bool succeeded = true)
    {
        var run = $"{task}-{attempt}-{Journal.Count}";
        var start = new JournalEvent
        {
            At = (long)(from * Nanos),
            Node = node,
            Step = JournalStep.Start,
            Task = task,
            Attempt = attempt,
            Run = run,
            Gpus = [0],
            BytesPerGpu = 16 * Gb,
        };
        Journal.Add(start);
        Journal.Add(start with
        {
            At = (long)(until * Nanos),
            Step = end,
            Succeeded = end == JournalStep.End ? succeeded : null,
            Digest = end == JournalStep.End && succeeded ? Digest(task, attempt) : null,
        });
    }

    /// <summary>A change of a task whose attempts are on both nodes.</summary>
    public void Gang(string task, int attempt, StoredPhase phase, long open, double at)
    {
        Stored(task, phase, attempt, "n1", at);
        Changes[^1] = Changes[^1] with { Members = [new StoredMember("n1", 1, [0]), new StoredMember("n2", 1, [0])], MembersOpen = open };
    }

    /// <summary>One node's part of it.</summary>
    public void Member(string task, int attempt, int rank, double from, double until, JournalStep end = JournalStep.End)
    {
        Executed(task, attempt, $"n{rank + 1}", from, until, end);
        for (var index = Journal.Count - 2; index < Journal.Count; index++)
        {
            Journal[index] = Journal[index] with { Rank = rank, Members = ["n1", "n2"] };
        }
    }

    public void GangRow(string task, string key, int attempt)
    {
        Row(task, key, StoredPhase.Completed, attempt, "n1");
        Tasks[^1] = Tasks[^1] with { Nodes = 2 };
    }

    public void Fault(int id, string kind, string target, double from, double until, params string[] nodes)
    {
        var begin = new FaultEvent { At = (long)(from * Nanos), Fault = id, Kind = kind, Target = target, Step = FaultStep.Begin, Nodes = nodes };
        Faults.Add(begin);
        Faults.Add(begin with { At = begin.At + 1, Step = FaultStep.Hit });
        Faults.Add(begin with { At = (long)(until * Nanos), Step = FaultStep.End });
    }

    /// <summary>Changes the one line that matches.</summary>
    public static void Replace<T>(List<T> lines, Predicate<T> match, Func<T, T> change)
    {
        var index = lines.FindIndex(match);
        Assert.True(index >= 0 && lines.FindLastIndex(match) == index, "exactly one line matches");
        lines[index] = change(lines[index]);
    }

    private static string Digest(string task, int attempt) => $"digest of {task} {attempt}";

    private StoreEvent Change(string task, StoredPhase phase, int attempt, string? node, double at, int priority, long gigabytes) => new()
    {
        Seq = ++seq,
        At = (long)(at * Micros),
        TaskId = task,
        Phase = phase,
        Attempt = attempt,
        NodeId = node,
        NodeEpoch = node is null ? 0 : 1,
        Gpus = node is null ? [] : [0],
        GpuCount = 1,
        MemoryBytes = gigabytes * Gb,
        TaskType = "training",
        Priority = priority,
        SubmittedAt = Changes.Find(change => change.TaskId == task)?.SubmittedAt ?? (long)(at * Micros),
        Writer = Leader,
    };

    private void Request(
        ClientCall call, ClientStep answer, double from, double until, string? key, string? task, string? phase, int? attempt, string? digest)
    {
        var invoke = new ClientEvent
        {
            At = (long)(from * Nanos),
            Client = "client-1",
            Op = ++op,
            Step = ClientStep.Invoke,
            Call = call,
            Key = key,
            Task = call == ClientCall.Submit ? null : task,
        };
        Client.Add(invoke);
        Client.Add(invoke with { At = (long)(until * Nanos), Step = answer, Task = task, Phase = phase, Attempt = attempt, Digest = digest });
    }
}
