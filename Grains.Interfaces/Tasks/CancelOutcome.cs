namespace Aurora.Grains.Interfaces.Tasks;

/// <summary>The answer to a cancel request.</summary>
public enum CancelOutcome
{
    /// <summary>No task has this id.</summary>
    NotFound,

    /// <summary>The task is cancelled now; a running attempt is being stopped.</summary>
    Cancelled,

    /// <summary>The task had ended before; nothing changed.</summary>
    AlreadyEnded,
}
