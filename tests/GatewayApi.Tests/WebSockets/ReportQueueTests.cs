using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.WebSockets;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Tests.WebSockets;

public sealed class ReportQueueTests
{
    private static readonly AttemptReport Report = new("task_a", 1, AttemptReportKind.Completed, TimeSpan.Zero, "{}", Error: null);

    [Fact]
    public async Task A_report_whose_call_was_cancelled_by_the_cluster_is_brought_again()
    {
        var calls = 0;
        var settled = new TaskCompletionSource<ReportVerdict[]>();
        var queue = new ReportQueue(
            reports => ++calls == 1
                ? throw new OperationCanceledException("Message expired before placement could complete")
                : Task.FromResult<ReportVerdict[]>([.. reports.Select(_ => ReportVerdict.Accepted)]),
            (_, verdicts) =>
            {
                settled.SetResult(verdicts);
                return Task.CompletedTask;
            },
            TimeProvider.System);
        var running = queue.RunAsync(CancellationToken.None);

        Assert.True(await queue.AddAsync(Report, CancellationToken.None));

        Assert.Equal([ReportVerdict.Accepted], await settled.Task.WaitAsync(TimeSpan.FromSeconds(60)));
        queue.Complete();
        await running.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(2, calls);
    }

    [Fact]
    public void A_cancellation_that_was_asked_for_here_is_no_fault_of_the_mesh()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.False(ProblemMiddleware.IsUnavailable(new OperationCanceledException(source.Token)));
        Assert.True(ProblemMiddleware.IsUnavailable(new OperationCanceledException("Message expired before placement could complete")));
    }
}
