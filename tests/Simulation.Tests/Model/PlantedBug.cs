namespace Aurora.Simulation.Tests.Model;

/// <summary>A mistake put into the model on purpose, to see that the invariants notice it.</summary>
public enum PlantedBug
{
    None,

    /// <summary>The store takes assignments of superseded schedulers.</summary>
    NoSchedulerFence,

    /// <summary>The store takes the end of an attempt for the end of whichever is current.</summary>
    NoAttemptFence,

    /// <summary>The scheduler answers a submit before the commit.</summary>
    AnswerBeforeCommit,

    /// <summary>A node's ledger keeps what an ended attempt held.</summary>
    NoRelease,

    /// <summary>An agent forgets which attempts it ever took.</summary>
    NoMemoryOfAttempts,

    /// <summary>An agent drops a report once it is sent.</summary>
    DropReportOnSend,

    /// <summary>A scheduler goes on with its memory after a write of unknown outcome.</summary>
    GoOnAfterUnknown,

    /// <summary>A refused end frees the place, and nobody asks what its task waits for.</summary>
    BelieveStaleEnd,

    /// <summary>A submit that was overtaken by its own repeat makes the scheduler forget the task.</summary>
    ForgetRepeated,

    /// <summary>The store keeps what a superseded scheduler accepts, and its successor does not know of it.</summary>
    SupersededInsert,

    /// <summary>The store takes what a superseded scheduler puts back in line.</summary>
    SupersededRequeue,

    /// <summary>The store takes the cancel of a superseded scheduler, which then frees nothing where the task runs.</summary>
    SupersededCancel,

    /// <summary>A node that was lost keeps its attempts in the scheduler's books.</summary>
    NoRequeueOfLost,

    /// <summary>An agent that joins again does not say what it runs.</summary>
    NoInventory,

    /// <summary>A node that is asked by a new scheduler does not tell it again that it is lost.</summary>
    TellOfLossOnce,

    /// <summary>A scheduler forgets a task whose write was refused instead of looking it up.</summary>
    ForgetRefused,

    /// <summary>The store takes the end of a gang's first member for the end of all.</summary>
    CompleteWithFirstMember,

    /// <summary>Nobody stops the other members of a gang whose attempt has ended.</summary>
    LetMembersRun,

    /// <summary>A scheduler that is rebuilt takes a gang for a task on its first node.</summary>
    ForgetMembers,
}
