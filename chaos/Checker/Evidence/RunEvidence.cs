namespace Aurora.Chaos.Checker.Evidence;

/// <summary>Everything that is known of one run, from outside the product.</summary>
public sealed class RunEvidence
{
    private readonly Lazy<List<Execution>> executions;
    private readonly Lazy<List<FaultWindow>> faults;
    private readonly Lazy<Dictionary<string, List<StoreEvent>>> eventsByTask;
    private readonly Lazy<Dictionary<long, (ClientEvent Invoke, ClientEvent? Answer)>> requests;
    private readonly Lazy<Dictionary<string, int>> gangs;

    public RunEvidence(
        Manifest manifest,
        IEnumerable<ClientEvent> client,
        IEnumerable<JournalEvent> journal,
        IEnumerable<FaultEvent> faultLog,
        IEnumerable<StoredTask> tasks,
        IEnumerable<StoreEvent> storeEvents,
        IEnumerable<EpochEvent> epochs)
    {
        Manifest = manifest;
        Client = [.. client.OrderBy(line => line.At)];
        Journal = [.. journal.OrderBy(line => line.At)];
        FaultLog = [.. faultLog.OrderBy(line => line.At)];
        Tasks = [.. tasks];
        StoreEvents = [.. storeEvents.OrderBy(line => line.Seq)];
        Epochs = [.. epochs.OrderBy(line => line.Seq)];
        executions = new(() => Execution.From(Journal));
        faults = new(() => FaultWindow.From(FaultLog));
        eventsByTask = new(() => StoreEvents.GroupBy(line => line.TaskId, StringComparer.Ordinal)
            .ToDictionary(lines => lines.Key, lines => lines.ToList(), StringComparer.Ordinal));
        requests = new(PairRequests);
        gangs = new(() => Tasks.Where(task => task.Nodes > 1).ToDictionary(task => task.TaskId, task => task.Nodes, StringComparer.Ordinal));
    }

    public Manifest Manifest { get; }

    /// <summary>By time.</summary>
    public IReadOnlyList<ClientEvent> Client { get; }

    /// <summary>By time.</summary>
    public IReadOnlyList<JournalEvent> Journal { get; }

    /// <summary>By time.</summary>
    public IReadOnlyList<FaultEvent> FaultLog { get; }

    public IReadOnlyList<StoredTask> Tasks { get; }

    /// <summary>By sequence.</summary>
    public IReadOnlyList<StoreEvent> StoreEvents { get; }

    /// <summary>By sequence.</summary>
    public IReadOnlyList<EpochEvent> Epochs { get; }

    /// <summary>By start.</summary>
    public IReadOnlyList<Execution> Executions => executions.Value;

    /// <summary>By begin.</summary>
    public IReadOnlyList<FaultWindow> Faults => faults.Value;

    /// <summary>Each task's changes, by sequence.</summary>
    public IReadOnlyDictionary<string, List<StoreEvent>> EventsByTask => eventsByTask.Value;

    /// <summary>Each request with what became of it; no answer counts as unknown.</summary>
    public IReadOnlyDictionary<long, (ClientEvent Invoke, ClientEvent? Answer)> Requests => requests.Value;

    /// <summary>How many nodes the task was to run on at once.</summary>
    public int NodesOf(string taskId) => gangs.Value.GetValueOrDefault(taskId, 1);

    private Dictionary<long, (ClientEvent Invoke, ClientEvent? Answer)> PairRequests()
    {
        var pairs = new Dictionary<long, (ClientEvent Invoke, ClientEvent? Answer)>();
        foreach (var line in Client)
        {
            if (line.Step == ClientStep.Invoke)
            {
                pairs[line.Op] = (line, null);
            }
            else if (pairs.TryGetValue(line.Op, out var pair))
            {
                pairs[line.Op] = (pair.Invoke, line);
            }
        }

        return pairs;
    }
}
