using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Agent;

namespace Aurora.NodeAgent.Tests.Agent;

public sealed class AttemptTableTests
{
    private readonly AttemptTable table = new();

    [Fact]
    public void An_attempt_that_is_ordered_twice_is_taken_up_once()
    {
        Assert.NotNull(table.TryAdd(Order("t", 1), 0, out _));
        Assert.Null(table.TryAdd(Order("t", 1), 0, out var superseded));
        Assert.Null(superseded);
    }

    [Fact]
    public void A_newer_attempt_replaces_an_older_one_and_names_it()
    {
        var first = table.TryAdd(Order("t", 1), 0, out _);

        var second = table.TryAdd(Order("t", 2), 0, out var superseded);

        Assert.NotNull(second);
        Assert.Same(first, superseded);
        Assert.Equal([new AttemptId("t", 2)], table.Snapshot());
    }

    [Fact]
    public void An_older_attempt_than_the_known_one_is_ignored()
    {
        table.TryAdd(Order("t", 2), 0, out _);

        Assert.Null(table.TryAdd(Order("t", 1), 0, out var superseded));
        Assert.Null(superseded);
    }

    [Fact]
    public void A_report_stays_until_it_is_acknowledged()
    {
        table.TryAdd(Order("t", 1), 0, out _);
        Assert.True(table.Finish(Completed("t", 1)));

        var taken = table.TakeReports(10);
        table.Return(taken);
        var again = table.TakeReports(10);

        Assert.Equal([Completed("t", 1)], again);
        Assert.Equal([new AttemptId("t", 1)], table.Snapshot());
        table.Acknowledge(again);
        Assert.Empty(table.Snapshot());
        Assert.Empty(table.TakeReports(10));
    }

    [Fact]
    public void Large_results_go_in_several_calls_and_none_stays_behind()
    {
        var half = new string('x', CallSize.CharactersMax / 2);
        foreach (var (taskId, result) in new[] { ("a", half), ("b", half), ("c", "x"), ("d", half + half + "x"), ("e", "x") })
        {
            table.TryAdd(Order(taskId, 1), 0, out _);
            table.Finish(Completed(taskId, 1) with { Result = result });
        }

        Assert.Equal(["a", "b"], table.TakeReports(10).Select(report => report.TaskId));
        Assert.Equal(["c"], table.TakeReports(10).Select(report => report.TaskId));
        Assert.Equal(["d"], table.TakeReports(10).Select(report => report.TaskId));
        Assert.Equal(["e"], table.TakeReports(10).Select(report => report.TaskId));
    }

    [Fact]
    public void A_stopped_attempt_reports_nothing()
    {
        table.TryAdd(Order("running", 1), 0, out _);
        table.TryAdd(Order("finished", 1), 0, out _);
        table.Finish(Completed("finished", 1));

        Assert.NotNull(table.Remove(new AttemptId("running", 1)));
        Assert.NotNull(table.Remove(new AttemptId("finished", 1)));

        Assert.False(table.Finish(Completed("running", 1)));
        Assert.Empty(table.TakeReports(10));
    }

    [Fact]
    public void Stopping_another_attempt_number_changes_nothing()
    {
        table.TryAdd(Order("t", 2), 0, out _);

        Assert.Null(table.Remove(new AttemptId("t", 1)));
        Assert.Equal([new AttemptId("t", 2)], table.Snapshot());
    }

    [Fact]
    public void Reports_come_oldest_first_and_in_the_asked_number()
    {
        foreach (var id in new[] { "a", "b", "c" })
        {
            table.TryAdd(Order(id, 1), 0, out _);
            table.Finish(Completed(id, 1));
        }

        Assert.Equal(["a", "b"], table.TakeReports(2).Select(report => report.TaskId));
        Assert.Equal(["c"], table.TakeReports(2).Select(report => report.TaskId));
    }

    [Fact]
    public void A_start_is_reported_once_and_only_for_attempts_that_still_run()
    {
        table.TryAdd(Order("old", 1), startedAt: 5, out _);
        table.TryAdd(Order("young", 1), startedAt: 50, out _);
        table.TryAdd(Order("ended", 1), startedAt: 5, out _);
        table.Finish(Completed("ended", 1));

        Assert.True(table.ReportStarted(startedBefore: 10, Started));
        Assert.False(table.ReportStarted(startedBefore: 10, Started));

        var started = table.TakeReports(10).Where(report => report.Kind == AttemptReportKind.Started);
        Assert.Equal(["old"], started.Select(report => report.TaskId));
    }

    [Fact]
    public void Acknowledging_a_start_keeps_the_attempt()
    {
        table.TryAdd(Order("t", 1), 0, out _);
        table.ReportStarted(0, Started);

        table.Acknowledge(table.TakeReports(10));

        Assert.Equal([new AttemptId("t", 1)], table.Snapshot());
    }

    internal static AttemptAssignment Order(string taskId, int attempt, string payload = "{}") =>
        new(taskId, attempt, "test", 5, [], 0, "{}", payload, DateTimeOffset.UnixEpoch);

    private static AttemptReport Completed(string taskId, int attempt) =>
        new(taskId, attempt, AttemptReportKind.Completed, TimeSpan.Zero, "{}", null);

    private static AttemptReport Started(TrackedAttempt attempt) =>
        new(attempt.Assignment.TaskId, attempt.Assignment.Attempt, AttemptReportKind.Started, TimeSpan.Zero, null, null);
}
