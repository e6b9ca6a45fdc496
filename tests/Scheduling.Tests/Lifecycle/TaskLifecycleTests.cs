using Aurora.Scheduling.Lifecycle;

namespace Aurora.Scheduling.Tests.Lifecycle;

public sealed class TaskLifecycleTests
{
    private const int Made = 2;

    [Theory]
    [InlineData(TaskEventKind.Assigned, 2, TaskRejection.StaleAttempt)]
    [InlineData(TaskEventKind.Assigned, 4, TaskRejection.UnknownAttempt)]
    [InlineData(TaskEventKind.Started, 1, TaskRejection.StaleAttempt)]
    [InlineData(TaskEventKind.Started, 3, TaskRejection.UnknownAttempt)]
    [InlineData(TaskEventKind.Completed, 1, TaskRejection.StaleAttempt)]
    [InlineData(TaskEventKind.Completed, 3, TaskRejection.UnknownAttempt)]
    [InlineData(TaskEventKind.Failed, 1, TaskRejection.StaleAttempt)]
    [InlineData(TaskEventKind.Failed, 3, TaskRejection.UnknownAttempt)]
    [InlineData(TaskEventKind.Requeued, 1, TaskRejection.StaleAttempt)]
    [InlineData(TaskEventKind.Requeued, 3, TaskRejection.UnknownAttempt)]
    [InlineData(TaskEventKind.GivenUp, 1, TaskRejection.StaleAttempt)]
    [InlineData(TaskEventKind.GivenUp, 3, TaskRejection.UnknownAttempt)]
    public void The_fence_comes_before_the_phase(TaskEventKind kind, int attempt, TaskRejection rejection) =>
        Assert.All(
            Enum.GetValues<TaskPhase>(),
            phase => Assert.Equal(
                new TaskTransition(phase, Made, rejection), TaskLifecycle.Apply(phase, Made, new TaskEvent(kind, attempt))));

    [Fact]
    public void Every_phase_answers_every_current_event_by_its_rule_or_with_a_reason()
    {
        var answers =
            from phase in Enum.GetValues<TaskPhase>()
            from kind in Enum.GetValues<TaskEventKind>()
            select $"{phase} {kind}: {Answer(phase, kind)}";

        Assert.Equal(
            [
                "Queued Assigned: Assigned", "Queued Started: NotPlaced!", "Queued Completed: NotPlaced!",
                "Queued Failed: NotPlaced!", "Queued Requeued: NotPlaced!", "Queued Cancelled: Cancelled", "Queued GivenUp: Failed",
                "Queued Revived: NotFailed!",
                "Assigned Assigned: AlreadyPlaced!", "Assigned Started: Running", "Assigned Completed: Completed",
                "Assigned Failed: Failed", "Assigned Requeued: Queued", "Assigned Cancelled: Cancelled", "Assigned GivenUp: AlreadyPlaced!",
                "Assigned Revived: NotFailed!",
                "Running Assigned: AlreadyPlaced!", "Running Started: AlreadyStarted!", "Running Completed: Completed",
                "Running Failed: Failed", "Running Requeued: Queued", "Running Cancelled: Cancelled", "Running GivenUp: AlreadyPlaced!",
                "Running Revived: NotFailed!",
                "Completed Assigned: AlreadyEnded!", "Completed Started: AlreadyEnded!", "Completed Completed: AlreadyEnded!",
                "Completed Failed: AlreadyEnded!", "Completed Requeued: AlreadyEnded!", "Completed Cancelled: AlreadyEnded!", "Completed GivenUp: AlreadyEnded!",
                "Completed Revived: NotFailed!",
                "Failed Assigned: AlreadyEnded!", "Failed Started: AlreadyEnded!", "Failed Completed: AlreadyEnded!",
                "Failed Failed: AlreadyEnded!", "Failed Requeued: AlreadyEnded!", "Failed Cancelled: AlreadyEnded!", "Failed GivenUp: AlreadyEnded!",
                "Failed Revived: Queued",
                "Cancelled Assigned: AlreadyEnded!", "Cancelled Started: AlreadyEnded!", "Cancelled Completed: AlreadyEnded!",
                "Cancelled Failed: AlreadyEnded!", "Cancelled Requeued: AlreadyEnded!", "Cancelled Cancelled: AlreadyEnded!", "Cancelled GivenUp: AlreadyEnded!",
                "Cancelled Revived: NotFailed!",
            ],
            answers);
    }

    [Fact]
    public void Only_an_assignment_raises_the_attempt() =>
        Assert.All(
            TaskLifecycle.Transitions,
            rule => Assert.Equal(
                rule.Event == TaskEventKind.Assigned ? Made + 1 : Made,
                TaskLifecycle.Apply(rule.From, Made, Current(rule.Event)).Attempt));

    private static string Answer(TaskPhase phase, TaskEventKind kind)
    {
        var transition = TaskLifecycle.Apply(phase, Made, Current(kind));
        if (transition.Rejection is { } rejection)
        {
            Assert.Equal((phase, Made), (transition.Phase, transition.Attempt));
            return $"{rejection}!";
        }

        return transition.Phase.ToString();
    }

    private static TaskEvent Current(TaskEventKind kind) => new(kind, kind == TaskEventKind.Assigned ? Made + 1 : Made);
}
