using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Output;

namespace Aurora.NodeAgent.Executors;

/// <summary>Runs attempts of one or more task types.</summary>
internal interface ITaskExecutor
{
    /// <summary>The task types that it can run on this machine at this moment; the node announces their union.</summary>
    ValueTask<IReadOnlyCollection<string>> GetTaskTypesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Runs one attempt to its end. A failure of the task is an outcome, not an exception. Cancellation stops the work
    /// (kills the process group, drops the upstream request) and throws <see cref="OperationCanceledException"/>.
    /// </summary>
    Task<ExecutionOutcome> ExecuteAsync(AttemptAssignment attempt, IReadOnlyList<GpuDevice> gpus, CancellationToken cancellationToken);

    /// <summary>The same, with somewhere to write what the attempt puts out meanwhile; an executor that streams nothing leaves it alone.</summary>
    Task<ExecutionOutcome> ExecuteAsync(
        AttemptAssignment attempt, IReadOnlyList<GpuDevice> gpus, IAttemptOutput output, CancellationToken cancellationToken) =>
        ExecuteAsync(attempt, gpus, cancellationToken);

    /// <summary>
    /// What follows an attempt that an earlier process of the agent started to its end; null when nothing of it is left. The
    /// result behaves as the run itself.
    /// </summary>
    Func<CancellationToken, Task<ExecutionOutcome>>? Resume(AttemptId attempt, string taskType) => null;

    /// <summary>The same, with somewhere to write what the attempt puts out from now on.</summary>
    Func<CancellationToken, Task<ExecutionOutcome>>? Resume(AttemptId attempt, string taskType, IAttemptOutput output) => Resume(attempt, taskType);

    /// <summary>Why the node can take no work at this moment, in one line; null while it can.</summary>
    string? WhyClosed => null;

    /// <summary>The attempt's outcome is safe elsewhere, or nobody wants it: what resuming it would need may go.</summary>
    void Release(AttemptId attempt)
    {
    }
}

/// <summary>How an attempt ended: exactly one of the two is set.</summary>
/// <param name="Result">JSON text.</param>
/// <param name="Error">One line for a person.</param>
internal sealed record ExecutionOutcome(string? Result, string? Error)
{
    /// <summary>Whether another attempt would fail the same way.</summary>
    public bool IsFinal { get; private init; }

    /// <summary>What kind of failure it is.</summary>
    public AttemptFailureKind Failure { get; private init; }

    /// <summary>The exit code of the process that failed; null without one.</summary>
    public int? ExitCode { get; private init; }

    public static ExecutionOutcome Completed(string resultJson) => new(resultJson, null);

    /// <summary>Another attempt may fare better, here or elsewhere.</summary>
    public static ExecutionOutcome Failed(string error) => new(null, error);

    /// <summary>It took longer than the task allows.</summary>
    public static ExecutionOutcome TimedOut(string error) => new(null, error) { Failure = AttemptFailureKind.Timeout };

    /// <summary>A GPU had too little memory: another attempt needs one with more.</summary>
    public static ExecutionOutcome OutOfMemory(string error, int? exitCode = null) =>
        new(null, error) { Failure = AttemptFailureKind.OutOfMemory, ExitCode = exitCode };

    /// <summary>Its process ended with this code.</summary>
    public static ExecutionOutcome Exited(string error, int exitCode) => new(null, error) { ExitCode = exitCode };

    /// <summary>Every attempt would end like this one: the task itself is at fault.</summary>
    public static ExecutionOutcome Refused(string error) => new(null, error) { IsFinal = true };
}
