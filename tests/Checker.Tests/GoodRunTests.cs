using Aurora.Chaos.Checker;
using Aurora.Chaos.Checker.Checks;
using Aurora.Chaos.Checker.Evidence;
using Aurora.Chaos.Checker.Reporting;

namespace Aurora.Checker.Tests;

/// <summary>What is allowed is not reported.</summary>
public sealed class GoodRunTests
{
    private readonly HandMadeRun run = new();

    [Fact]
    public void A_good_run_passes_every_check()
    {
        var verdict = run.Judge();

        Assert.All(verdict.Checks, check => Assert.True(check.Verdict == Verdict.Kept, $"{check.Id}: {string.Join("; ", check.Findings)}"));
        Assert.Equal(RunOutcome.Passed, verdict.Outcome);
        Assert.Equal(16, verdict.Checks.Count);
    }

    [Fact]
    public void An_unknown_submit_may_have_happened_or_not()
    {
        run.Submit("key-gone", null, at: 9.1, ClientStep.Info);
        run.Submit("key-there", null, at: 9.2, ClientStep.Info);
        run.Stored("d", StoredPhase.Queued, attempt: 0, null, at: 21);
        run.Stored("d", StoredPhase.Cancelled, attempt: 0, null, at: 22);
        run.Row("d", "key-there", StoredPhase.Cancelled, attempt: 0, null);
        run.Submit("key-c", "c", at: 9.4);

        var verdict = run.Judge();

        Assert.Equal(RunOutcome.Passed, verdict.Outcome);
        Assert.Equal(1, verdict.Checks[0].Figures["unknown_keys_recovered"]);
        Assert.Equal(1, verdict.Checks[0].Figures["unknown_keys_not_accepted"]);
    }

    [Fact]
    public void A_lost_node_may_go_on_beside_the_next_attempt()
    {
        HandMadeRun.Replace(
            run.Journal, entry => entry is { Task: "b", Attempt: 1, Step: JournalStep.Killed }, entry => entry with { At = 6_500_000_000 });

        Assert.Empty(run.Broken());
    }

    [Fact]
    public void A_cancelled_attempt_makes_room_before_its_process_is_gone()
    {
        run.Submit("key-d", "d", at: 20);
        run.Placed("d", attempt: 1, "n1", at: 20);
        run.Executed("d", attempt: 1, "n1", from: 20.1, until: 22, JournalStep.Killed);
        run.Stored("d", StoredPhase.Cancelled, attempt: 1, "n1", at: 21);
        run.Row("d", "key-d", StoredPhase.Cancelled, attempt: 1, "n1");
        run.Submit("key-e", "e", at: 21);
        run.Placed("e", attempt: 1, "n1", at: 21.1);
        run.Executed("e", attempt: 1, "n1", from: 21.2, until: 23);
        run.Stored("e", StoredPhase.Completed, attempt: 1, "n1", at: 23);
        run.Row("e", "key-e", StoredPhase.Completed, attempt: 1, "n1");

        Assert.Empty(run.Broken());
    }

    [Theory]
    [InlineData(50, true)]
    [InlineData(30, false)]
    public void A_task_waits_its_turn_only_once_its_backoff_is_over(long notBefore, bool isRight)
    {
        run.Submit("key-high", "high", at: 30);
        run.Stored("high", StoredPhase.Queued, attempt: 0, null, at: 30, priority: 8);
        run.Changes[^1] = run.Changes[^1] with { NotBefore = notBefore * 1_000_000 };
        run.Submit("key-low", "low", at: 32);
        run.Placed("low", attempt: 1, "n2", at: 32, priority: 2);
        run.Executed("low", attempt: 1, "n2", from: 32.1, until: 33);
        run.Stored("low", StoredPhase.Completed, attempt: 1, "n2", at: 33, priority: 2);
        run.Row("low", "key-low", StoredPhase.Completed, attempt: 1, "n2");
        run.Stored("high", StoredPhase.Cancelled, attempt: 0, null, at: 35, priority: 8);
        run.Row("high", "key-high", StoredPhase.Cancelled, attempt: 0, null);

        Assert.Equal(isRight ? [] : ["C9"], run.Broken());
    }

    [Fact]
    public void A_run_is_read_back_from_its_files()
    {
        var directory = Directory.CreateTempSubdirectory("aurora-checker-").FullName;
        try
        {
            run.WriteTo(directory);

            Assert.Equal(VerdictText.Of(run.Judge()), VerdictText.Of(RunChecker.Check(RunFiles.Read(directory))));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void A_missing_file_is_no_evidence_of_anything()
    {
        var directory = Directory.CreateTempSubdirectory("aurora-checker-").FullName;
        try
        {
            run.WriteTo(directory);
            File.Delete(Path.Combine(directory, "dump", "task_events.jsonl"));

            var refused = Assert.Throws<FormatException>(() => RunFiles.Read(directory));

            Assert.Contains("task_events.jsonl", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
