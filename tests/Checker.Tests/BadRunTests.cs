using Aurora.Chaos.Checker.Checks;
using Aurora.Chaos.Checker.Evidence;
using Aurora.Chaos.Checker.Reporting;

namespace Aurora.Checker.Tests;

/// <summary>A bad history for each check, which it must reject.</summary>
public sealed class BadRunTests
{
    private readonly HandMadeRun run = new();

    [Fact]
    public void C1_rejects_an_accepted_task_that_is_not_stored()
    {
        run.Submit("key-lost", "lost", at: 20);

        Assert.Equal(["C1"], run.Broken());
    }

    [Fact]
    public void C2_rejects_a_task_that_nobody_sent()
    {
        run.Stored("ghost", StoredPhase.Queued, attempt: 0, null, at: 20);
        run.Stored("ghost", StoredPhase.Cancelled, attempt: 0, null, at: 21);
        run.Row("ghost", null, StoredPhase.Cancelled, attempt: 0, null);

        Assert.Equal(["C2"], run.Broken());
    }

    [Fact]
    public void C3_rejects_a_task_that_has_not_ended()
    {
        run.Submit("key-d", "d", at: 20);
        run.Placed("d", attempt: 1, "n1", at: 20);
        run.Row("d", "key-d", StoredPhase.Assigned, attempt: 1, "n1");

        Assert.Equal(["C3"], run.Broken());
    }

    [Fact]
    public void C3_and_C4_reject_a_second_end()
    {
        run.Stored("a", StoredPhase.Completed, attempt: 1, "n1", at: 30);

        Assert.Equal(["C3", "C4"], run.Broken());
    }

    [Fact]
    public void C3_rejects_a_row_that_contradicts_its_last_change()
    {
        HandMadeRun.Replace(run.Tasks, task => task.TaskId == "c", task => task with { Attempt = 1 });

        Assert.Equal(["C3"], run.Broken());
    }

    [Fact]
    public void C4_rejects_a_gap_in_the_attempts()
    {
        run.Submit("key-d", "d", at: 20);
        run.Stored("d", StoredPhase.Queued, attempt: 0, null, at: 20);
        run.Placed("d", attempt: 2, "n1", at: 20.1);
        run.Executed("d", attempt: 2, "n1", from: 20.2, until: 21);
        run.Stored("d", StoredPhase.Completed, attempt: 2, "n1", at: 21);
        run.Row("d", "key-d", StoredPhase.Completed, attempt: 2, "n1");

        Assert.Equal(["C4"], run.Broken());
    }

    [Fact]
    public void C4_rejects_a_place_taken_from_a_running_attempt_without_giving_it_up()
    {
        HandMadeRun.Replace(
            run.Changes, change => change is { TaskId: "b", Phase: StoredPhase.Queued }, change => change with { Phase = StoredPhase.Running });

        Assert.Equal(["C4"], run.Broken());
    }

    [Fact]
    public void C5_rejects_an_end_by_a_superseded_attempt()
    {
        HandMadeRun.Replace(
            run.Changes, change => change is { TaskId: "b", Phase: StoredPhase.Completed }, change => change with { NodeId = "n1" });

        Assert.Equal(["C5"], run.Broken());
    }

    [Fact]
    public void C5_rejects_an_end_by_an_earlier_registration()
    {
        HandMadeRun.Replace(
            run.Changes, change => change is { TaskId: "b", Phase: StoredPhase.Completed }, change => change with { NodeEpoch = 0 });

        Assert.Equal(["C5"], run.Broken());
    }

    [Fact]
    public void C5_rejects_the_result_of_another_attempt()
    {
        HandMadeRun.Replace(run.Tasks, task => task.TaskId == "b", task => task with { ResultAttempt = 1 });

        Assert.Equal(["C5"], run.Broken());
    }

    [Fact]
    public void C6_rejects_an_assignment_by_a_scheduler_that_was_superseded()
    {
        run.Epochs.Add(new EpochEvent(1000, 40_000_000, "default", 2, "silo-2"));
        run.Submit("key-d", "d", at: 41);
        AssignedAfter(1000, "d", HandMadeRun.Leader);

        Assert.Equal(["C6"], run.Broken());
    }

    [Fact]
    public void C6_rejects_an_epoch_that_falls()
    {
        run.Epochs.Add(new EpochEvent(1000, 40_000_000, "default", 1, "silo-2"));

        Assert.Equal(["C6"], run.Broken());
    }

    [Fact]
    public void C7_rejects_memory_promised_twice()
    {
        Overlap(stored: true, executed: false);

        Assert.Equal(["C7"], run.Broken());
    }

    [Fact]
    public void C7_rejects_memory_used_twice()
    {
        Overlap(stored: false, executed: true);

        Assert.Equal(["C7"], run.Broken());
    }

    [Fact]
    public void C7_rejects_more_attempts_than_the_node_runs_at_once()
    {
        run.Manifest.Nodes["n2"] = run.Manifest.Nodes["n2"] with { MaxParallel = 0 };

        Assert.Equal(["C7"], run.Broken());
    }

    [Fact]
    public void C8_rejects_a_second_execution_that_no_fault_explains()
    {
        run.Faults.Clear();
        run.Fault(1, "kill-agent", "n2", from: 5, until: 6, "n2");

        Assert.Equal(["C8"], run.Broken());
    }

    [Fact]
    public void C8_rejects_an_attempt_that_is_started_twice()
    {
        run.Executed("a", attempt: 1, "n1", from: 2.1, until: 2.2);

        Assert.Contains("C8", run.Broken());
    }

    [Fact]
    public void C8_rejects_a_second_execution_long_after_the_fault()
    {
        HandMadeRun.Replace(run.Faults, fault => fault.Step == FaultStep.End, fault => fault with { At = 5_000_000_001 });
        run.Manifest = run.Manifest with { AftermathSeconds = 0.1 };

        Assert.Equal(["C8"], run.Broken());
    }

    [Fact]
    public void C9_rejects_a_lower_priority_that_goes_first()
    {
        run.Submit("key-high", "high", at: 30);
        run.Submit("key-low", "low", at: 31);
        run.Stored("high", StoredPhase.Queued, attempt: 0, null, at: 30, priority: 8);
        run.Placed("low", attempt: 1, "n2", at: 31, priority: 2);
        run.Executed("low", attempt: 1, "n2", from: 31.1, until: 32);
        run.Stored("low", StoredPhase.Completed, attempt: 1, "n2", at: 32, priority: 2);
        run.Row("low", "key-low", StoredPhase.Completed, attempt: 1, "n2");
        run.Stored("high", StoredPhase.Cancelled, attempt: 0, null, at: 35, priority: 8);
        run.Row("high", "key-high", StoredPhase.Cancelled, attempt: 0, null);

        Assert.Equal(["C9"], run.Broken());
    }

    [Fact]
    public void C10_rejects_a_wait_beyond_the_bound()
    {
        HandMadeRun.Replace(
            run.Changes, change => change is { TaskId: "c", Phase: StoredPhase.Cancelled }, change => change with { At = 100_000_000 });

        Assert.Equal(["C10"], run.Broken());
    }

    [Fact]
    public void C11_rejects_a_read_that_misses_an_accepted_task()
    {
        run.Read("c", null, null, from: 20, until: 20.1);

        Assert.Equal(["C11"], run.Broken());
    }

    [Fact]
    public void C11_rejects_an_end_that_is_taken_back()
    {
        run.Read("a", "running", 1, from: 20, until: 20.1);

        Assert.Equal(["C11"], run.Broken());
    }

    [Fact]
    public void C11_rejects_an_attempt_that_falls()
    {
        run.Read("b", "running", 2, from: 6, until: 6.1);
        run.Read("b", "running", 1, from: 6.2, until: 6.3);

        Assert.Equal(["C11"], run.Broken());
    }

    [Fact]
    public void C12_rejects_a_result_that_was_changed_in_the_store()
    {
        HandMadeRun.Replace(run.Tasks, task => task.TaskId == "b", task => task with { ResultDigest = "another" });

        Assert.Equal(["C12"], run.Broken());
    }

    [Fact]
    public void C12_rejects_a_result_that_was_changed_on_the_way_to_the_client()
    {
        run.Read("b", "completed", 2, from: 20, until: 20.1, digest: "another");

        Assert.Equal(["C12"], run.Broken());
    }

    [Fact]
    public void C13_rejects_a_success_that_nobody_executed()
    {
        run.Journal.RemoveAll(entry => entry is { Task: "b", Attempt: 2 });

        Assert.Equal(["C13"], run.Broken());
    }

    [Fact]
    public void C13_rejects_a_failure_of_an_attempt_that_succeeded()
    {
        HandMadeRun.Replace(run.Changes, change => change is { TaskId: "a", Phase: StoredPhase.Completed }, change => change with { Phase = StoredPhase.Failed });
        HandMadeRun.Replace(run.Tasks, task => task.TaskId == "a", task => task with { Phase = StoredPhase.Failed });
        run.Client.RemoveAll(line => line.Call == ClientCall.Read);
        run.Read("a", "failed", 1, from: 3, until: 3.1);

        Assert.Equal(["C13"], run.Broken());
    }

    [Fact]
    public void C14_rejects_a_recovery_that_takes_too_long()
    {
        run.Submit("key-slow", null, at: 15, ClientStep.Info);
        run.Submit("key-c", "c", at: 16);

        Assert.Equal(["C14"], run.Broken());
    }

    [Fact]
    public void C14_rejects_a_mesh_whose_servers_all_refuse_for_too_long()
    {
        run.Fault(2, "kill-agent", "n2", from: 20, until: 21, "n2");
        run.Submit("key-refused", null, at: 20.5, ClientStep.Fail);
        run.Submit("key-c", "c", at: 27);

        Assert.Equal(["C14"], run.Broken());
    }

    [Fact]
    public void C14_puts_a_failure_down_to_the_fault_under_which_it_failed()
    {
        // Sent a moment before the second fault and lost with it: nothing of it is the first one's.
        run.Submit("key-c", "c", at: 11);
        run.Submit("key-hit", null, at: 15.95, ClientStep.Info);
        run.Fault(2, "kill-agent", "n2", from: 16, until: 17, "n2");
        run.Submit("key-c", "c", at: 18);

        Assert.Empty(run.Broken());
        Assert.Equal(3.6, run.Judge().Checks.Single(check => check.Id == "C14").Figures["kill-agent_submit_s_max"], 0.01);
    }

    [Fact]
    public void C14_measures_how_long_a_client_had_to_go_on_asking()
    {
        run.Submit("key-c", null, at: 5.5, ClientStep.Info);

        Assert.Equal(3.1, run.Judge().Checks.Single(check => check.Id == "C14").Figures["kill-agent_asking_s_max"], 0.01);
    }

    [Fact]
    public void C14_takes_one_server_that_refuses_for_no_failure_of_the_mesh()
    {
        run.Submit("key-refused", null, at: 15, ClientStep.Fail);
        run.Submit("key-c", "c", at: 16);

        Assert.Empty(run.Broken());
    }

    [Fact]
    public void C14_rejects_a_mesh_that_never_comes_back()
    {
        run.Submit("key-dead", null, at: 15, ClientStep.Info);

        Assert.Equal(["C14"], run.Broken());
    }

    [Fact]
    public void C15_rejects_a_key_that_became_two_tasks()
    {
        run.Submit("key-a", "a2", at: 20);
        run.Stored("a2", StoredPhase.Queued, attempt: 0, null, at: 20);
        run.Stored("a2", StoredPhase.Cancelled, attempt: 0, null, at: 21);
        run.Row("a2", "key-a", StoredPhase.Cancelled, attempt: 0, null);

        Assert.Equal(["C15"], run.Broken());
    }

    [Fact]
    public void A_run_whose_faults_did_not_hit_is_invalid()
    {
        run.Manifest = run.Manifest with { FaultsPlanned = 2 };

        Assert.Equal(RunOutcome.Invalid, run.Judge().Outcome);
    }

    [Fact]
    public void A_run_without_unknown_outcomes_is_invalid_where_they_are_required()
    {
        run.Client.RemoveAll(line => line is { Key: "key-c", Op: <= 4 } && (line.Step == ClientStep.Info || IsInvokeOfUnknown(line)));

        Assert.Equal(RunOutcome.Invalid, run.Judge().Outcome);
    }

    [Fact]
    public void Keys_that_the_build_does_not_know_are_left_unanswered()
    {
        run.Manifest = run.Manifest with { KeysHonoured = false };

        var idempotency = run.Judge().Checks.Single(check => check.Id == "C15");

        Assert.Equal(Verdict.Unanswered, idempotency.Verdict);
    }

    private bool IsInvokeOfUnknown(ClientEvent line) =>
        run.Client.Exists(other => other.Op == line.Op && other.Step == ClientStep.Info);

    private void AssignedAfter(long seq, string task, string writer)
    {
        run.Placed(task, attempt: 1, "n1", at: 41, writer);
        run.Stored(task, StoredPhase.Completed, attempt: 1, "n1", at: 42);
        for (var index = run.Changes.Count - 2; index < run.Changes.Count; index++)
        {
            run.Changes[index] = run.Changes[index] with { Seq = seq + index };
        }

        run.Executed(task, attempt: 1, "n1", from: 41.1, until: 42);
        run.Row(task, $"key-{task}", StoredPhase.Completed, attempt: 1, "n1");
    }

    /// <summary>Two attempts of 16 GB on one GPU of 24 GB, at once in the store or in the journals.</summary>
    private void Overlap(bool stored, bool executed)
    {
        foreach (var task in new[] { "d", "e" })
        {
            run.Submit($"key-{task}", task, at: 30);
            run.Row(task, $"key-{task}", StoredPhase.Completed, attempt: 1, "n1");
        }

        run.Placed("d", attempt: 1, "n1", at: 30);
        if (!stored)
        {
            End("d", at: 33);
        }

        run.Placed("e", attempt: 1, "n1", at: stored ? 30 : 33);
        if (stored)
        {
            End("d", at: 33);
        }

        End("e", at: 36);
        run.Executed("d", attempt: 1, "n1", from: 30.1, until: 32.9);
        run.Executed("e", attempt: 1, "n1", from: executed ? 32 : 33.1, until: 35.9);

        void End(string task, double at) => run.Stored(task, StoredPhase.Completed, attempt: 1, "n1", at);
    }
}
