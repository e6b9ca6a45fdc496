using System.Diagnostics.Metrics;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Options;
using Aurora.Scheduling.Lifecycle;
using Aurora.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Aurora.Grains.Tests;

public sealed class SweepTests
{
    [Fact]
    public async Task A_task_that_its_scheduler_does_not_know_is_taken_up_and_counted()
    {
        await using var mesh = new SweepingMesh();
        await mesh.InitializeAsync();
        using var counted = new CountedTasks(mesh.Services.GetRequiredService<IMeterFactory>());
        await using var node = await mesh.JoinAsync("n");
        var (known, _) = await mesh.SubmitAsync();
        await node.CompleteAsync((await node.NextAssignmentAsync()).Id);
        Assert.Equal(0, counted.Total);

        // Stored past the scheduler, under its own epoch: what no path of the product does.
        var epoch = await mesh.Store.CurrentSchedulerAsync(MeshConstants.DefaultPool);
        await mesh.Store.CommitAsync([new TaskOperation.Insert(await RowLikeAsync(mesh, known), epoch)]);

        var order = await node.NextAssignmentAsync();
        Assert.Equal("task_forgotten", order.TaskId);
        Assert.Equal(1, counted.Total);
    }

    private static async Task<TaskRow> RowLikeAsync(MeshCluster mesh, string taskId) => (await mesh.Store.GetAsync(taskId, CancellationToken.None))! with
    {
        TaskId = "task_forgotten",
        Phase = TaskPhase.Queued,
        Attempt = 0,
        NodeId = null,
        StartedAt = null,
        CompletedAt = null,
        Result = null,
    };

    private sealed class SweepingMesh : MeshCluster
    {
        protected override void Configure(IServiceCollection services) =>
            services.Configure<LeaseOptions>(options => options.SweepInterval = TimeSpan.FromMilliseconds(100));
    }

    /// <summary>What one silo counts as forgotten.</summary>
    private sealed class CountedTasks : IDisposable
    {
        private readonly MeterListener listener = new();
        private long total;

        public CountedTasks(IMeterFactory ofSilo)
        {
            listener.InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "aurora.scheduler.forgotten_tasks" && instrument.Meter.Scope == ofSilo)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref total, count));
            listener.Start();
        }

        public long Total => Interlocked.Read(ref total);

        public void Dispose() => listener.Dispose();
    }
}
