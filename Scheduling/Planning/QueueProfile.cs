namespace Aurora.Scheduling.Planning;

/// <summary>What decides whose turn it is.</summary>
public enum QueueProfile
{
    /// <summary>Priority and age alone, whoever submitted the task.</summary>
    Priority,

    /// <summary>Priority and age, and among tasks of equal effective priority the tenant that had least for its weight.</summary>
    Fair,
}
