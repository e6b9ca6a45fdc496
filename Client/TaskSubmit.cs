using System.Diagnostics;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Client;

/// <summary>
/// Submits judged tasks in groups, in order. A group that the mesh could not take is repeated with the same ids, which accepts no task
/// twice; when the mesh stays away after the first group, the account says so of each task that is left.
/// </summary>
internal sealed class TaskSubmit(IGrainFactory grains, GrainCalls calls)
{
    private const int GroupSize = 1_000;

    /// <exception cref="IdempotencyConflictException">The key belongs to another submit.</exception>
    /// <exception cref="MeshUnreachableException">Nobody answered before the first group was taken.</exception>
    public async Task<IReadOnlyList<TaskSubmission>> RunAsync(IReadOnlyList<TaskSpec> specs, SubmitKey key, bool isBatch, CancellationToken cancellationToken)
    {
        // A single task under a caller's key is a group too, so that it meets a batch that comes under the same key.
        var isGroup = isBatch || key.RequestHash is not null;
        var tasks = specs.Select((spec, index) => new NewTask(isGroup ? GroupId.TaskId(key.Stem, index) : key.Stem, Traced(spec), Watched: false) { RequestHash = key.RequestHash }).ToList();
        var groupId = isBatch && tasks.Count > 0 ? GroupId.Of(tasks[0].TaskId) : null;
        var submissions = new List<TaskSubmission>(tasks.Count);

        // Under a caller's key the first task goes alone: every submit of the key has a task of its id, so that another body is found out
        // before any of its tasks is accepted.
        var groups = key.RequestHash is not null && tasks.Count > 1 ? tasks.Skip(1).Chunk(GroupSize).Prepend([tasks[0]]) : tasks.Chunk(GroupSize);
        foreach (var group in groups)
        {
            try
            {
                submissions.AddRange((await SubmitAsync(group, cancellationToken)).Select(outcome => View(outcome, groupId)));
            }
            catch (MeshUnreachableException) when (submissions.Count > 0)
            {
                submissions.AddRange(group.Select(task => new TaskSubmission(task.TaskId, "unknown", Message: "The mesh did not answer; FindAsync tells whether it took the task.") { GroupId = groupId }));
                submissions.AddRange(tasks.Skip(submissions.Count).Select(task => new TaskSubmission(task.TaskId, "not_submitted", Message: "The mesh stopped answering before this task's turn; submit it again.") { GroupId = groupId }));
                break;
            }
        }

        return submissions;
    }

    /// <summary>The task with the trace that it goes on, where there is one.</summary>
    private static TaskSpec Traced(TaskSpec spec) => Activity.Current is { Recorded: true, Id: { } trace }
        ? spec with { Controls = (spec.Controls ?? new TaskControls()) with { TraceParent = trace } }
        : spec;

    private static TaskSubmission View(SubmitOutcome outcome, string? groupId) => outcome.Status == "conflict"
        ? throw new IdempotencyConflictException("The idempotency key was used before with another body; use a new key for a new request.")
        : new TaskSubmission(outcome.TaskId, outcome.Status, outcome.Node, outcome.Message) { GroupId = groupId };

    /// <summary>Each task to its pool; nearly every group is of one.</summary>
    private async Task<SubmitOutcome[]> SubmitAsync(NewTask[] group, CancellationToken cancellationToken)
    {
        var outcomes = new SubmitOutcome[group.Length];
        foreach (var ofPool in group.Index().GroupBy(task => task.Item.Spec.Pool, StringComparer.Ordinal))
        {
            var tasks = ofPool.ToArray();
            var answered = await calls.RunAsync(() => grains.GetGrain<ISchedulerGrain>(ofPool.Key).SubmitAsync([.. tasks.Select(task => task.Item)]), cancellationToken);
            foreach (var (task, outcome) in tasks.Zip(answered))
            {
                outcomes[task.Index] = outcome;
            }
        }

        return outcomes;
    }
}
