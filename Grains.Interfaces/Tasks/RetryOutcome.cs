namespace Aurora.Grains.Interfaces.Tasks;

/// <summary>What became of a request to try a failed task again.</summary>
public enum RetryOutcome
{
    /// <summary>It is in line again.</summary>
    Queued,

    /// <summary>It has not failed, so there is nothing to try again.</summary>
    NotFailed,

    /// <summary>There is no such task.</summary>
    NotFound,
}
