using System.Diagnostics.Metrics;
using Aurora.Grains.Interfaces.Observability;
using Aurora.Storage;

namespace Aurora.Grains.Observability;

/// <summary>What the grains count and time. No label carries a task's id or a user's text; a counter appears with its first event, but for the one that must stay at 0.</summary>
public sealed class MeshInstruments
{
    private readonly LabelBudget taskTypes = new(limit: 32);
    private readonly Counter<long> submitted;
    private readonly Counter<long> finished;
    private readonly Counter<long> failures;
    private readonly Counter<long> reassigned;
    private readonly Counter<long> retried;
    private readonly Counter<long> rejections;
    private readonly Counter<long> forgotten;
    private readonly Counter<long> nodesJoined;
    private readonly Counter<long> nodesLost;
    private readonly Counter<double> spent;
    private readonly Counter<double> onDemand;
    private readonly Counter<long> preempted;
    private readonly Histogram<double> selection;
    private readonly Histogram<double> dispatch;
    private readonly Histogram<double> queueDuration;
    private readonly Histogram<double> runDuration;

    public MeshInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MetricNames.Meter);
        submitted = meter.CreateCounter<long>("aurora.tasks.submitted", "{task}", "Tasks accepted.");
        finished = meter.CreateCounter<long>("aurora.tasks.finished", "{task}", "Tasks that ended, by outcome.");
        failures = meter.CreateCounter<long>("aurora.task.failures", "{attempt}", "Attempts that failed, were lost or were given up, by reason.");
        reassigned = meter.CreateCounter<long>("aurora.task.reassignments", "{attempt}", "Attempts that went back to the queue without a failure of their own.");
        preempted = meter.CreateCounter<long>("aurora.preemptions", "{attempt}", "Attempts that left for a task of higher priority.");
        retried = meter.CreateCounter<long>("aurora.task.retries", "{attempt}", "Attempts that failed and are tried again.");
        rejections = meter.CreateCounter<long>("aurora.scheduler.rejections", "{attempt}", "Assignments that a node refused, by reason.");
        forgotten = meter.CreateCounter<long>("aurora.scheduler.forgotten_tasks", "{task}", "Tasks that waited in the store and that their scheduler did not know: a fault, found by its sweep.");
        nodesJoined = meter.CreateCounter<long>("aurora.node.connections", "{node}", "Registrations of nodes.");
        nodesLost = meter.CreateCounter<long>("aurora.node.disconnections", "{node}", "Nodes that were lost, by what showed it.");
        spent = meter.CreateCounter<double>("aurora.cost.spent", "{money}", "What ended attempts cost, in the money of the nodes' prices.");
        onDemand = meter.CreateCounter<double>("aurora.cost.on_demand", "{money}", "What the same time would have cost on such machines on demand.");
        selection = Seconds("aurora.scheduler.selection", "Time to choose a node and its GPUs for one task.", MetricNames.AssignmentBuckets);
        dispatch = Seconds("aurora.task.dispatch", "From a committed placement until the node's grain has pushed it to the node.", MetricNames.AssignmentBuckets);
        queueDuration = Seconds("aurora.task.queue.duration", "From submit to the place of the first attempt.", MetricNames.QueueBuckets);
        runDuration = Seconds("aurora.task.duration", "From the start of the last attempt to the end of the task.", MetricNames.RunBuckets);

        Histogram<double> Seconds(string name, string description, double[] buckets) => meter.CreateHistogram<double>(
            name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = buckets });
    }

    internal void TaskSubmitted(string taskType, int priority) => submitted.Add(1, Type(taskType), Class(priority));

    internal void TaskFinished(string taskType, string outcome) => finished.Add(1, Type(taskType), new("outcome", outcome));

    internal void TaskRan(string taskType, string outcome, TimeSpan duration) => runDuration.Record(duration.TotalSeconds, Type(taskType), new("outcome", outcome));

    internal void AttemptFailed(string taskType, string reason) => failures.Add(1, Type(taskType), new("reason", reason));

    internal void TaskReassigned(string reason) => reassigned.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void TaskPreempted(string taskType) => preempted.Add(1, Type(taskType));

    internal void TaskRetried() => retried.Add(1);

    /// <summary>Begins the series of what is rare: nobody sees the increase of one that begins at 1.</summary>
    internal void BeginRare()
    {
        forgotten.Add(0);
        nodesLost.Add(0, Lost(bySilence: true));
        nodesLost.Add(0, Lost(bySilence: false));
    }

    internal void TaskForgotten() => forgotten.Add(1);

    internal void AssignmentRejected(string reason) => rejections.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void AttemptCharged(string nodeId, string pool, Charge charge)
    {
        if (charge is { Amount: > 0 } or { OnDemand: > 0 })
        {
            var (node, ofPool) = (new KeyValuePair<string, object?>("node", nodeId), new KeyValuePair<string, object?>("pool", pool));
            spent.Add(charge.Amount, node, ofPool);
            onDemand.Add(charge.OnDemand, node, ofPool);
        }
    }

    internal void NodeJoined(string transport) => nodesJoined.Add(1, new KeyValuePair<string, object?>("transport", transport));

    internal void NodeLost(bool bySilence) => nodesLost.Add(1, Lost(bySilence));

    internal void Selected(TimeSpan elapsed) => selection.Record(elapsed.TotalSeconds);

    internal void Dispatched(TimeSpan elapsed) => dispatch.Record(elapsed.TotalSeconds);

    internal void LeftQueue(string taskType, int priority, TimeSpan waited) => queueDuration.Record(Math.Max(0, waited.TotalSeconds), Type(taskType), Class(priority));

    private static KeyValuePair<string, object?> Lost(bool bySilence) => new("reason", bySilence ? "silence" : "closed");

    private static KeyValuePair<string, object?> Class(int priority) => new("priority_class", MetricNames.PriorityClass(priority));

    private KeyValuePair<string, object?> Type(string taskType) => new("task_type", taskTypes.Of(taskType));
}
