using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.NodeAgent.Agent;
using Aurora.NodeAgent.Executors;
using Microsoft.Extensions.Time.Testing;

namespace Aurora.NodeAgent.Tests.Agent;

public sealed class AttemptLimitsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider time = new();
    private readonly TaskCompletionSource<ExecutionOutcome> work = new();
    private TimeSpan lastOutputAt;

    [Fact]
    public async Task An_attempt_that_runs_too_long_is_stopped_and_its_failure_is_a_timeout()
    {
        var run = Start(new TaskTimeouts(RunS: 60));
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(run.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(2));

        var outcome = await run.WaitAsync(Patience);
        Assert.Equal((AttemptFailureKind.Timeout, "it ran for longer than its run timeout of 60 s"), (outcome.Failure, outcome.Error));
    }

    [Fact]
    public async Task What_ran_in_an_earlier_process_of_the_agent_counts()
    {
        var run = Start(new TaskTimeouts(RunS: 60), ran: TimeSpan.FromSeconds(59));

        time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(AttemptFailureKind.Timeout, (await run.WaitAsync(Patience)).Failure);
    }

    [Fact]
    public async Task Output_puts_the_progress_timeout_off()
    {
        var run = Start(new TaskTimeouts(ProgressS: 10));
        for (var step = 0; step < 5; step++)
        {
            time.Advance(TimeSpan.FromSeconds(9));
            Assert.False(run.IsCompleted);
            lastOutputAt = Now;
        }

        time.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal("it put nothing out for longer than its progress timeout of 10 s", (await run.WaitAsync(Patience)).Error);
    }

    [Fact]
    public async Task An_attempt_that_ends_in_time_ends_as_it_does()
    {
        var run = Start(new TaskTimeouts(RunS: 60, ProgressS: 60));

        work.SetResult(ExecutionOutcome.Completed("42"));

        Assert.Equal("42", (await run.WaitAsync(Patience)).Result);
    }

    [Fact]
    public async Task Stopping_it_is_no_timeout()
    {
        using var stop = new CancellationTokenSource();
        var run = Start(new TaskTimeouts(RunS: 60), stopped: stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(Patience));
    }

    private TimeSpan Now => time.GetUtcNow() - DateTimeOffset.UnixEpoch;

    private Task<ExecutionOutcome> Start(TaskTimeouts timeouts, TimeSpan ran = default, CancellationToken stopped = default)
    {
        lastOutputAt = Now;
        return new AttemptLimits(timeouts, ran, () => Now - lastOutputAt, time).RunAsync(token => work.Task.WaitAsync(token), stopped);
    }
}
