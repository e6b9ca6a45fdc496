namespace Aurora.Grains.Interfaces.Tasks;

/// <summary>Reads over many tasks, straight from the store. Key 0.</summary>
[GrainInterfaceType("aurora.task-query")]
public interface ITaskQueryGrain : IGrainWithIntegerKey
{
    /// <summary>Those of the ids that are no task's.</summary>
    Task<string[]> FindMissingAsync(string[] taskIds);

    /// <summary>
    /// A page of the tasks that have not ended, in id order, after <paramref name="afterTaskId"/> (null for the first
    /// page). Fewer than <paramref name="limit"/> (at most 1,000) means that it was the last.
    /// </summary>
    Task<TaskView[]> ListActiveAsync(string? afterTaskId, int limit);

    /// <summary>A page of the tasks that a filter lets through, the latest first; <paramref name="cursor"/> is null for the first page. At most 1,000.</summary>
    Task<TaskPageView> ListAsync(TaskFilter filter, string? cursor, int limit);

    /// <summary>
    /// A page of the tasks that carry a label, the latest first, before <paramref name="beforeTaskId"/> (null for the first page). At
    /// most 1,000. For gateways that know no <see cref="ListAsync"/>.
    /// </summary>
    Task<TaskView[]> ListLabelledAsync(string key, string value, string? beforeTaskId, int limit);

    /// <summary>The last <paramref name="limit"/> (at most 1,000) tasks that ended, oldest first.</summary>
    Task<TaskView[]> ListCompletedAsync(int limit);

    /// <summary>
    /// Dead letters: tasks that failed, the latest first. <paramref name="before"/> is the last one of the page before; null
    /// for the first page. At most 1,000.
    /// </summary>
    Task<TaskView[]> ListFailedAsync(TaskView? before, int limit);

    /// <summary>
    /// A page of the tasks of a group, in their order, after <paramref name="afterTaskId"/> (null for the first page). The group is
    /// named by what its tasks' ids begin with. At most 1,000.
    /// </summary>
    Task<TaskView[]> ListGroupAsync(string prefix, string? afterTaskId, int limit);

    /// <summary>How far a group is; all zero when there is none.</summary>
    Task<GroupCounts> CountGroupAsync(string prefix);

    /// <summary>Null when the store answers, otherwise what is wrong with it.</summary>
    Task<string?> CheckStoreAsync();
}
