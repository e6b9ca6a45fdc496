namespace Aurora.Scheduling.Planning;

/// <summary>What decides whose turn it is.</summary>
public enum QueueProfile
{
    /// <summary>Priority and age alone, whoever submitted the task.</summary>
    Priority,

    /// <summary>Priority and age, and among tasks of equal effective priority the tenant that had least for its weight.</summary>
    Fair,

    /// <summary>
    /// Tenants as under <see cref="Fair"/>; among the tasks of a tenant by priority, then whoever is known to need least service, or, where
    /// nobody knows, had least. With preemption such a task has others of equal priority leave whose turn is later.
    /// </summary>
    LeastAttained,
}
