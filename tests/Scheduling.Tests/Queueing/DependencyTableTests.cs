using Aurora.Scheduling.Queueing;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Queueing;

public sealed class DependencyTableTests
{
    private readonly DependencyTable table = new();

    [Fact]
    public void A_task_leaves_with_the_last_end_that_it_waits_for()
    {
        Add("c", "a", "b");

        Assert.Empty(table.Ended("a", completed: true, Start.AddMinutes(2)));
        var released = Assert.Single(table.Ended("b", completed: true, Start.AddMinutes(1)));

        Assert.Equal(("c", Start.AddMinutes(2), null), (released.Task.TaskId, released.At, released.Failed));
        Assert.Equal((0, 0), (table.Count, table.Awaited.Count));
    }

    [Fact]
    public void A_task_leaves_at_once_when_what_had_to_complete_did_not()
    {
        Add("c", "a", "b");

        var released = Assert.Single(table.Ended("a", completed: false, Start));

        Assert.Equal(("c", "a"), (released.Task.TaskId, released.Failed));
        Assert.False(table.IsAwaited("b"));
    }

    [Fact]
    public void Any_end_will_do_where_the_task_says_so()
    {
        table.Add(Pending("b", Shape()), [new Prerequisite("a", AnyEnd: true)]);

        Assert.Null(Assert.Single(table.Ended("a", completed: false, Start)).Failed);
    }

    [Fact]
    public void Of_two_that_wait_for_one_task_both_leave()
    {
        Add("b", "a");
        Add("c", "a");

        Assert.Equal(["b", "c"], table.DependantsOf("a"));
        Assert.Equal(["b", "c"], table.Ended("a", completed: true, Start).Select(released => released.Task.TaskId));
    }

    [Fact]
    public void A_task_that_is_forgotten_does_not_leave()
    {
        Add("b", "a");
        Add("c", "a");

        Assert.True(table.Remove("b"));
        Assert.False(table.Remove("b"));
        Assert.Equal("c", Assert.Single(table.Ended("a", completed: true, Start)).Task.TaskId);
    }

    [Fact]
    public void A_prerequisite_that_is_named_twice_is_waited_for_once()
    {
        Add("b", "a", "a");

        Assert.Single(table.Ended("a", completed: true, Start));
        Assert.Empty(table.Ended("a", completed: true, Start));
    }

    private void Add(string taskId, params string[] after) =>
        table.Add(Pending(taskId, Shape()), [.. after.Select(id => new Prerequisite(id, AnyEnd: false))]);
}
