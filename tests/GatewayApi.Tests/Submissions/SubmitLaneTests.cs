using System.Reflection;
using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.Submissions;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Microsoft.Extensions.Time.Testing;

namespace Aurora.GatewayApi.Tests.Submissions;

public sealed class SubmitLaneTests
{
    [Fact]
    public async Task A_submit_that_the_scheduler_does_not_answer_is_given_up_within_two_seconds_and_answered_with_503()
    {
        var time = new FakeTimeProvider();
        var lane = new SubmitLane(DispatchProxy.Create<IGrainFactory, OneSchedulerForAll>(), time, "default");

        var submitting = lane.SubmitAsync(new NewTask("task_1", new TaskSpec(KnownTaskTypes.Test, 5, 0, 0, null, "{}", "{}"), Watched: false));
        Assert.False(submitting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2));

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => submitting.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.True(ProblemMiddleware.IsUnavailable(failure));
    }

    /// <summary>Leads every call to a scheduler that never answers.</summary>
    public class OneSchedulerForAll : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Create<ISchedulerGrain, Silent>();
    }

    public class Silent : DispatchProxy
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => new TaskCompletionSource<SubmitOutcome[]>().Task;
    }
}
