namespace Aurora.Scheduling.Lifecycle;

/// <summary>Why an attempt did not complete.</summary>
[Flags]
public enum FailureKinds
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>The work itself failed.</summary>
    Error = 1,

    /// <summary>It took longer than the task allows.</summary>
    Timeout = 2,

    /// <summary>Its node was lost.</summary>
    NodeLost = 4,

    /// <summary>Its GPU had too little memory.</summary>
    OutOfMemory = 8,

    /// <summary>All of them.</summary>
    All = Error | Timeout | NodeLost | OutOfMemory,
}
