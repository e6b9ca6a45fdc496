namespace Aurora.Scheduling.Lifecycle;

/// <summary>What an event makes of a task.</summary>
/// <param name="Phase">The phase afterwards; the same as before when the event is rejected.</param>
/// <param name="Attempt">Attempts made, the present one included.</param>
/// <param name="Rejection">Why the event changes nothing; null when it was taken.</param>
public readonly record struct TaskTransition(TaskPhase Phase, int Attempt, TaskRejection? Rejection);

/// <summary>One arrow of the task's state diagram.</summary>
public readonly record struct TaskTransitionRule(TaskPhase From, TaskEventKind Event, TaskPhase To);
