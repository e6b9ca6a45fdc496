using Aurora.Scheduling.Lifecycle;
using Microsoft.Extensions.Logging;

namespace Aurora.Grains.Schedulers;

internal sealed partial class SchedulerGrain
{
    [LoggerMessage(LogLevel.Information, "Scheduler of pool {Pool} took epoch {Epoch}: {Queued} queued, {Placed} placed, {Nodes} nodes, rebuilt in {Milliseconds:F0} ms")]
    private partial void LogRebuilt(string pool, long epoch, int queued, int placed, int nodes, double milliseconds);

    [LoggerMessage(LogLevel.Warning, "Scheduler of pool {Pool} gives up epoch {Epoch}: {Reason}")]
    private partial void LogAbandoned(string pool, long epoch, string reason);

    [LoggerMessage(LogLevel.Information, "Node {NodeId} joined with epoch {Epoch}: {Gpus} GPUs over {Transport}")]
    private partial void LogNodeJoined(string nodeId, long epoch, int gpus, string transport);

    [LoggerMessage(LogLevel.Warning, "Node {NodeId} has been silent for {Seconds:F1} s and gets no new work")]
    private partial void LogNodeSuspect(string nodeId, double seconds);

    [LoggerMessage(LogLevel.Warning, "Node {NodeId} with epoch {Epoch} is lost: {Reason}")]
    private partial void LogNodeLost(string nodeId, long epoch, string reason);

    [LoggerMessage(LogLevel.Warning, "Node {NodeId} is quarantined until {Until}: {Reason}")]
    private partial void LogQuarantined(string nodeId, string reason, DateTimeOffset until);

    [LoggerMessage(LogLevel.Error, "More than half of the nodes vanished at once, {NodeId} among them; its attempts are left alone for a while, like those of {Held} nodes in all")]
    private partial void LogMassLoss(string nodeId, int held);

    [LoggerMessage(LogLevel.Warning, "Node {NodeId} vanished with most others and did not come back; its attempts go back to the queue")]
    private partial void LogMassLossOver(string nodeId);

    [LoggerMessage(LogLevel.Information, "Node {NodeId}: {Count} attempts end by themselves when it hears nothing of the mesh; they are given away in {Seconds:F0} s")]
    private partial void LogFenced(string nodeId, int count, double seconds);

    [LoggerMessage(LogLevel.Information, "Node {NodeId}: cordoned {Cordoned}, to be empty by {Deadline}")]
    private partial void LogCordon(string nodeId, bool cordoned, DateTimeOffset? deadline);

    [LoggerMessage(LogLevel.Warning, "The scheduler of pool {Pool} cannot read what tenants are granted: {Reason}")]
    private partial void LogGrantsUnread(string pool, string reason);

    [LoggerMessage(LogLevel.Information, "{Victims} on node {NodeId} are asked to leave for task {TaskId} of priority {Priority}")]
    private partial void LogPreempting(string victims, string nodeId, string taskId, int priority);

    [LoggerMessage(LogLevel.Error, "Node {NodeId} takes no work: {Reason}")]
    private partial void LogNodeStuck(string nodeId, string reason);

    [LoggerMessage(LogLevel.Information, "Rented node {NodeId} has been idle since {Since}; its release is advised")]
    private partial void LogReleaseAdvised(string nodeId, DateTimeOffset since);

    [LoggerMessage(LogLevel.Warning, "The hook for node {NodeId} failed: {Reason}")]
    private partial void LogHookFailed(string nodeId, string reason);

    [LoggerMessage(LogLevel.Warning, "Node {NodeId} came back without {Count} attempts; they go back to the queue")]
    private partial void LogAttemptsLost(string nodeId, int count);

    [LoggerMessage(LogLevel.Error, "Task {TaskId} was {Phase} in the store and unknown to its scheduler; it is taken up now. Please report this")]
    private partial void LogForgotten(string taskId, TaskPhase phase);

    [LoggerMessage(LogLevel.Warning, "Node {NodeId} runs task {TaskId} attempt {Attempt}, which has ended; it is stopped")]
    private partial void LogStray(string taskId, int attempt, string nodeId);

    [LoggerMessage(LogLevel.Warning, "Task {TaskId} attempt {Attempt} was refused by node {NodeId}: {Reason}")]
    private partial void LogAssignmentRefused(string taskId, int attempt, string nodeId, string reason);
}
