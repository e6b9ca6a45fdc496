using System.Reflection;
using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.Submissions;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Microsoft.Extensions.Time.Testing;

namespace Aurora.GatewayApi.Tests.Submissions;

public sealed class SubmitLaneTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_submit_that_the_scheduler_does_not_answer_is_given_up_within_two_seconds_and_answered_with_503()
    {
        var time = new FakeTimeProvider();
        var lane = new SubmitLane(DispatchProxy.Create<IGrainFactory, OneSchedulerForAll>(), time, "default");

        var submitting = lane.SubmitAsync(NewTask(1));
        Assert.False(submitting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => submitting.WaitAsync(Patience));
        Assert.True(ProblemMiddleware.IsUnavailable(failure));
    }

    [Fact]
    public async Task One_that_waits_behind_calls_that_are_not_answered_is_given_up_within_two_seconds_as_well()
    {
        var time = new FakeTimeProvider();
        var grains = DispatchProxy.Create<IGrainFactory, OneSchedulerForAll>();
        var calls = ((OneSchedulerForAll)(object)grains).Calls;
        var lane = new SubmitLane(grains, time, "default");
        for (var busy = 1; busy <= 4; busy++)
        {
            _ = lane.SubmitAsync(NewTask(busy));
            Assert.True(await calls.WaitAsync(Patience));
        }

        var behind = lane.SubmitAsync(NewTask(5));
        time.Advance(TimeSpan.FromMilliseconds(1_900));
        Assert.True(await calls.WaitAsync(Patience));
        Assert.False(behind.IsCompleted);
        for (var step = 0; step < 15 && !behind.IsCompleted; step++)
        {
            // Its wait may begin a moment after its call; a patience of its own would not be over after all of these.
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(behind, Task.Delay(TimeSpan.FromSeconds(1)));
        }

        Assert.True(behind.IsCompleted);
        Assert.True(ProblemMiddleware.IsUnavailable(await Assert.ThrowsAsync<TimeoutException>(() => behind)));
    }

    private static NewTask NewTask(int number) => new($"task_{number}", new TaskSpec(KnownTaskTypes.Test, 5, 0, 0, null, "{}", "{}"), Watched: false);

    /// <summary>Leads every call to a scheduler that never answers.</summary>
    public class OneSchedulerForAll : DispatchProxy
    {
        public SemaphoreSlim Calls { get; } = new(0);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var scheduler = Create<ISchedulerGrain, Silent>();
            ((Silent)(object)scheduler).Calls = Calls;
            return scheduler;
        }
    }

    public class Silent : DispatchProxy
    {
        public SemaphoreSlim? Calls { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Calls!.Release();
            return new TaskCompletionSource<SubmitOutcome[]>().Task;
        }
    }
}
