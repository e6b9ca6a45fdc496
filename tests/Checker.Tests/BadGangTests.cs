using Aurora.Chaos.Checker.Evidence;

namespace Aurora.Checker.Tests;

/// <summary>Histories of a task of several nodes, and what C16 and C8 must reject of them.</summary>
public sealed class BadGangTests
{
    private readonly HandMadeRun run = new();

    [Fact]
    public void C16_rejects_an_attempt_on_fewer_nodes_than_were_asked_for()
    {
        HandMadeRun.Replace(run.Tasks, task => task.TaskId == "g", task => task with { Nodes = 3 });

        Assert.Equal(["C13", "C16"], run.Broken());
    }

    [Fact]
    public void C16_rejects_two_members_on_one_node()
    {
        EachOfGang(change => change.Members is null ? change : change with { Members = [change.Members[0], change.Members[1] with { Node = "n1" }] });

        Assert.Contains("C16", run.Broken());
    }

    [Fact]
    public void C16_rejects_an_attempt_that_begins_with_a_member_of_an_older_one_counted()
    {
        HandMadeRun.Replace(run.Changes, change => change is { TaskId: "g", Phase: StoredPhase.Assigned }, change => change with { MembersOpen = 0b01 });

        Assert.Equal(["C16"], run.Broken());
    }

    [Fact]
    public void C16_rejects_a_member_that_counts_as_ended_before_it_has()
    {
        HandMadeRun.Replace(run.Changes, change => change is { TaskId: "g", Phase: StoredPhase.Running }, change => change with { MembersOpen = 0b10 });

        Assert.Equal(["C16"], run.Broken());
    }

    [Fact]
    public void C16_rejects_the_end_of_an_older_attempt_that_counts()
    {
        for (var index = 0; index < run.Journal.Count; index++)
        {
            if (run.Journal[index] is { Task: "g", Rank: 1 })
            {
                run.Journal[index] = run.Journal[index] with { Attempt = 0 };
            }
        }

        Assert.Contains("C16", run.Broken());
    }

    [Fact]
    public void C16_rejects_a_completion_with_a_member_open()
    {
        HandMadeRun.Replace(run.Changes, change => change is { TaskId: "g", Phase: StoredPhase.Completed }, change => change with { MembersOpen = 0b01 });

        Assert.Equal(["C16"], run.Broken());
    }

    [Fact]
    public void C16_rejects_an_execution_on_a_node_that_is_no_member()
    {
        HandMadeRun.Replace(run.Journal, entry => entry is { Task: "g", Rank: 1, Step: JournalStep.Start }, entry => entry with { Rank = 0 });

        Assert.Equal(["C16"], run.Broken());
    }

    [Fact]
    public void C16_rejects_a_member_that_was_told_of_others()
    {
        HandMadeRun.Replace(run.Journal, entry => entry is { Task: "g", Rank: 1, Step: JournalStep.Start }, entry => entry with { Members = ["n1", "n3"] });

        Assert.Equal(["C16"], run.Broken());
    }

    [Fact]
    public void C16_rejects_a_task_of_one_node_that_runs_as_a_member()
    {
        HandMadeRun.Replace(run.Journal, entry => entry is { Task: "a", Step: JournalStep.Start }, entry => entry with { Rank = 0, Members = ["n1"] });

        Assert.Equal(["C16"], run.Broken());
    }

    [Theory]
    [InlineData("freeze-silo", true, true)]
    [InlineData("freeze-silo", false, false)]
    [InlineData("kill-gateway", true, false)]
    public void C8_explains_an_attempt_that_one_member_refused_by_the_fault_of_any_silo(string fault, bool refused, bool isExplained)
    {
        run.Fault(2, fault, "somewhere", from: 29, until: 31);
        run.Submit("key-h", "h", at: 30);
        run.Stored("h", StoredPhase.Queued, attempt: 0, null, at: 30);
        run.Gang("h", attempt: 1, StoredPhase.Assigned, open: 0b11, at: 30);
        run.Member("h", attempt: 1, rank: 0, from: 30.1, until: 30.3, JournalStep.Killed);
        if (!refused)
        {
            run.Member("h", attempt: 1, rank: 1, from: 30.1, until: 30.3, JournalStep.Killed);
        }

        run.Gang("h", attempt: 1, StoredPhase.Queued, open: 0b11, at: 30.2);
        run.Gang("h", attempt: 2, StoredPhase.Assigned, open: 0b11, at: 30.4);
        run.Member("h", attempt: 2, rank: 0, from: 30.5, until: 31);
        run.Member("h", attempt: 2, rank: 1, from: 30.5, until: 32);
        run.Gang("h", attempt: 2, StoredPhase.Running, open: 0b10, at: 31);
        run.Gang("h", attempt: 2, StoredPhase.Completed, open: 0, at: 32);
        run.GangRow("h", "key-h", attempt: 2);

        Assert.Equal(isExplained ? [] : ["C8"], run.Broken());
    }

    private void EachOfGang(Func<StoreEvent, StoreEvent> change)
    {
        for (var index = 0; index < run.Changes.Count; index++)
        {
            run.Changes[index] = run.Changes[index].TaskId == "g" ? change(run.Changes[index]) : run.Changes[index];
        }
    }
}
