using System.Collections.Concurrent;
using System.Diagnostics;
using Aurora.Client.Abstractions.Observability;
using Aurora.Client.Tests.Conformance;

namespace Aurora.Client.Tests.Hosting;

[Collection(nameof(RealMesh))]
public sealed class TracingTests(RealMesh real)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_submit_is_a_span_and_a_refused_one_says_so(bool overHttp)
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == MeshTracing.SourceName,
            Sample = static (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var parent = new Activity("test").Start();
        var mesh = overHttp ? real.Http : real.Orleans;
        var key = new SubmitOptions { IdempotencyKey = $"traced-{Guid.NewGuid()}" };

        await mesh.SubmitAsync(new TestRequest(), key, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<IdempotencyConflictException>(() => mesh.SubmitAsync(new TestRequest { Priority = 1 }, key, TestContext.Current.CancellationToken));

        var ours = spans.Where(span => span.TraceId == parent.TraceId).ToList();
        Assert.Equal(["aurora.submit", "aurora.submit"], ours.Select(span => span.OperationName));
        Assert.All(ours, span => Assert.Equal(1, span.GetTagItem("aurora.tasks")));
        Assert.Equal([ActivityStatusCode.Unset, ActivityStatusCode.Error], ours.Select(span => span.Status));
    }
}
