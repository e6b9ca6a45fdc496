using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Agent;
using Aurora.NodeAgent.Executors;
using Aurora.NodeAgent.Journal;
using Aurora.NodeAgent.Tests.Executors;
using Aurora.NodeAgent.Tests.Journal;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aurora.NodeAgent.Tests.Agent;

public sealed class AttemptRunnerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryDirectory data = new();
    private readonly FailingDisk disk = new();
    private readonly SteppedTime time = new();
    private readonly HeldExecutor executor = new();

    public void Dispose() => data.Dispose();

    [Fact]
    public async Task An_attempt_that_cannot_be_noted_does_not_start_and_fails_with_the_reason()
    {
        using var journal = Open();
        using var runner = Runner(journal);
        disk.IsFull = true;

        runner.Start([AttemptTableTests.Order("t", 1)]);
        var report = await NextAsync(runner);

        Assert.Equal(AttemptReportKind.Failed, report.Kind);
        Assert.Contains("No space left on device", report.Error, StringComparison.Ordinal);
        Assert.False(executor.HasStarted);
    }

    [Fact]
    public async Task An_attempt_that_a_hanging_disk_does_not_note_fails_and_does_not_start()
    {
        var clock = new FakeTimeProvider();
        using var journal = new HangingJournal();
        using var runner = new AttemptRunner(executor, [], journal, endsWithLease: false, clock, NullLogger.Instance);

        runner.Start([AttemptTableTests.Order("t", 1)]);
        await journal.Asked.WaitAsync(Patience);
        var report = NextAsync(runner);
        while (!report.IsCompleted)
        {
            // The wait begins a moment after the journal was asked.
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        Assert.Equal(AttemptReportKind.Failed, (await report).Kind);
        Assert.Contains("longer than 60 s", (await report).Error, StringComparison.Ordinal);
        Assert.False(executor.HasStarted);
    }

    [Fact]
    public async Task A_result_that_finds_the_disk_full_is_sent_from_memory()
    {
        using var journal = Open();
        using var runner = Runner(journal);
        runner.Start([AttemptTableTests.Order("t", 1)]);
        await executor.NextStartAsync();
        disk.IsFull = true;

        executor.End("t", ExecutionOutcome.Completed("42"));
        var report = await NextAsync(runner);

        Assert.Equal("42", report.Result);
    }

    [Fact]
    public async Task A_result_of_an_earlier_process_is_reported_first_and_its_age_goes_on()
    {
        using (var before = Open())
        using (var runner = Runner(before))
        {
            runner.Start([AttemptTableTests.Order("t", 1)]);
            await executor.NextStartAsync();
            time.Advance(TimeSpan.FromSeconds(5));
            executor.End("t", ExecutionOutcome.Completed("42"));
            await NextAsync(runner);
        }

        time.Advance(TimeSpan.FromMinutes(10));
        using var journal = Open();
        using var again = Runner(journal);
        again.Recover();
        var report = await NextAsync(again);

        Assert.Equal(("t", 1, "42"), (report.TaskId, report.Attempt, report.Result));
        Assert.Equal(TimeSpan.FromSeconds(605), report.StartedAgo);
        again.Acknowledge([report]);
        Assert.Empty(Directory.EnumerateFiles(Node.Results));
    }

    [Fact]
    public async Task What_ended_with_an_earlier_process_is_not_started_again_and_the_mesh_is_to_hear_of_it()
    {
        using (var before = Open())
        using (var runner = Runner(before))
        {
            runner.Start([AttemptTableTests.Order("t", 1)]);
            await executor.NextStartAsync();
        }

        using var journal = Open();
        using var again = Runner(journal);
        again.Recover();

        Assert.Empty(again.Attempts.Snapshot());
        Assert.False(again.TakeInventoryDiffers());
        again.Start([AttemptTableTests.Order("t", 1)]);
        Assert.False(executor.HasStarted);
        Assert.True(again.TakeInventoryDiffers());
        again.Start([AttemptTableTests.Order("t", 2)]);
        Assert.Equal(2, (await executor.NextStartAsync()).Attempt);
    }

    [Fact]
    public async Task An_order_that_comes_again_after_the_acknowledgement_starts_nothing()
    {
        using var runner = Runner(new MemoryJournal());
        runner.Start([AttemptTableTests.Order("t", 1)]);
        await executor.NextStartAsync();
        executor.End("t", ExecutionOutcome.Completed("1"));
        runner.Acknowledge([await NextAsync(runner)]);

        runner.Start([AttemptTableTests.Order("t", 1)]);

        Assert.Empty(runner.Attempts.Snapshot());
        Assert.False(executor.HasStarted);
    }

    [Fact]
    public async Task Only_what_is_to_end_with_the_connection_is_stopped_by_silence()
    {
        using var runner = Runner(new MemoryJournal());
        runner.Start([AttemptTableTests.Order("ends", 1, """{"on_disconnect":"kill"}"""), AttemptTableTests.Order("stays", 1)]);
        await executor.NextStartAsync();
        await executor.NextStartAsync();

        time.Advance(DisconnectPolicy.Patience - TimeSpan.FromSeconds(3));
        runner.EnforceLease();
        Assert.Equal(2, runner.Attempts.Running().Length);

        // The answer took two seconds; the lease counts from the question, which is when the mesh heard of this node at the earliest.
        var askedAt = time.GetTimestamp();
        time.Advance(TimeSpan.FromSeconds(2));
        runner.RenewLease(askedAt);
        time.Advance(DisconnectPolicy.Patience - TimeSpan.FromSeconds(3));
        runner.EnforceLease();
        Assert.Equal(2, runner.Attempts.Running().Length);
        time.Advance(TimeSpan.FromSeconds(1));
        runner.EnforceLease();

        await executor.Cancelled.Task.WaitAsync(Patience);
        Assert.Equal([new AttemptId("stays", 1)], runner.Attempts.Snapshot());
        Assert.True(runner.TakeInventoryDiffers());
    }

    [Fact]
    public async Task A_policy_that_does_not_exist_is_refused()
    {
        using var runner = Runner(new MemoryJournal());

        runner.Start([AttemptTableTests.Order("t", 1, """{"on_disconnect":"panic"}""")]);
        var report = await NextAsync(runner);

        Assert.Equal("`on_disconnect` must be \"kill\" or \"continue\"", report.Error);
    }

    private NodeDirectory Node => NodeDirectory.Of(data.Path, "n");

    private static async Task<AttemptReport> NextAsync(AttemptRunner runner)
    {
        await runner.WaitForReportsAsync(CancellationToken.None).WaitAsync(Patience);
        return Assert.Single(runner.TakeReports());
    }

    private DiskJournal Open() => new(Node, "n", disk, NullLogger<DiskJournal>.Instance);

    private AttemptRunner Runner(IAttemptJournal journal) => new(executor, [], journal, endsWithLease: false, time, NullLogger.Instance);

    /// <summary>A disk that answers no more.</summary>
    private sealed class HangingJournal : IAttemptJournal
    {
        private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => asked.Task;

        public JournalContent Recover() => throw new NotSupportedException();

        public Task AcceptAsync(IReadOnlyList<JournaledAttempt> attempts)
        {
            asked.TrySetResult();
            return new TaskCompletionSource().Task;
        }

        public Task KeepAsync(KeptResult result) => Task.CompletedTask;

        public void Forget(IReadOnlyList<AttemptId> attempts)
        {
        }

        public void RenewLease()
        {
        }

        public void Dispose()
        {
        }
    }

    /// <summary>A clock that goes only when the test says so.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        private TimeSpan passed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by) => passed += by;

        public override long GetTimestamp() => passed.Ticks;

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero) + passed;
    }
}
