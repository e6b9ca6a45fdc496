using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Grains.Options;
using Aurora.Scheduling.Planning;
using Aurora.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;

namespace Aurora.Grains.Tests;

/// <summary>One silo over a store in memory, with leases short enough to end within a test.</summary>
public class MeshCluster : IAsyncLifetime
{
    // A silo is there within seconds; one that is not within this, on whatever machine, never will be.
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);

    private readonly MemoryTaskStore store = new();
    private readonly LastWords words = new();
    private InProcessTestCluster? cluster;

    public IClusterClient Client => cluster!.Client;

    public ISchedulerGrain Scheduler => Client.GetGrain<ISchedulerGrain>(MeshConstants.DefaultPool);

    internal MemoryTaskStore Store => store;

    /// <summary>The silo's.</summary>
    internal IServiceProvider Services => cluster!.Silos[0].ServiceProvider;

    /// <summary>What the operator chose.</summary>
    protected virtual PlannerSettings Planner { get; } = new();

    /// <summary>The silo's clock.</summary>
    protected virtual TimeProvider Time => TimeProvider.System;

    /// <summary>Silence after which a node is lost.</summary>
    protected virtual TimeSpan LostAfter => TimeSpan.FromMilliseconds(800);

    /// <summary>Where grains keep small state.</summary>
    protected virtual void AddGrainStorage(ISiloBuilder silo) => silo.AddMemoryGrainStorage(StorageNames.Grains);

    /// <summary>What a test puts in the place of the silo's own.</summary>
    protected virtual void Configure(IServiceCollection services)
    {
    }

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<ITaskStore>(store);
            silo.Services.AddSingleton(Time);
            silo.Services.AddSingleton<ILoggerProvider>(words);
            AddGrainStorage(silo);
            silo.AddAuroraGrains();
            silo.Services.AddSingleton(Microsoft.Extensions.Options.Options.Create(Planner));
            Configure(silo.Services);
            silo.Services.Configure<LeaseOptions>(options =>
            {
                options.HeartbeatInterval = TimeSpan.FromMilliseconds(50);
                options.SuspectAfter = LostAfter / 2;
                options.LostAfter = LostAfter;
            });
        });
        cluster = builder.Build();
        await StartAsync(cluster.DeployAsync);
    }

    /// <summary>Starts, also where that blocks its thread, and says what is known when it does not come to an end.</summary>
    internal async Task StartAsync(Func<Task> start, TimeSpan? patience = null)
    {
        try
        {
            await Task.Run(start).WaitAsync(patience ?? StartPatience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The silo did not start within {(patience ?? StartPatience).TotalSeconds} s. It logged last:{Environment.NewLine}{words}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (cluster is not null)
        {
            // Killed: a silo that is asked to stop takes seconds, of which every test would have its own. One that does not end all the same is a failure
            // of its test, and no reason for all others to wait.
            await EndAsync(cluster).WaitAsync(TimeSpan.FromMinutes(2));
        }
    }

    private static async Task EndAsync(InProcessTestCluster cluster)
    {
        await cluster.KillClientAsync();
        foreach (var silo in cluster.Silos.ToList())
        {
            await cluster.KillSiloAsync(silo);
        }

        await cluster.DisposeAsync();
    }

    public async Task<(string TaskId, SubmitOutcome Outcome)> SubmitAsync(TaskSpec? spec = null)
    {
        var taskId = MeshConstants.TaskIdPrefix + Guid.CreateVersion7().ToString("N");
        return (taskId, await Client.GetGrain<ITaskGrain>(taskId).SubmitAsync(spec ?? Given.TestTask()));
    }

    public async Task<TaskView> GetAsync(string taskId) =>
        await Client.GetGrain<ITaskGrain>(taskId).GetAsync() ?? throw new InvalidOperationException($"{taskId} is not there.");

    /// <summary>Joins a recording node and returns it.</summary>
    public Task<RecordingNode> JoinAsync(string nodeId, NodeRegistration? registration = null) =>
        RecordingNode.JoinAsync(Client, nodeId, registration ?? Given.Node());

    /// <summary>Has the scheduler give up, as after a write that failed, and returns when another one is there.</summary>
    public async Task ReplaceSchedulerAsync()
    {
        store.IsDown = true;
        await Assert.ThrowsAnyAsync<Exception>(() => SubmitAsync());
        store.IsDown = false;
        await EventuallyAsync(
            async () =>
            {
                await Scheduler.PingAsync();
                return true;
            },
            _ => true,
            "the next scheduler");
    }

    /// <summary>Repeats a read until it satisfies, and says what it last saw when it never does. A mesh that cannot answer is asked again.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T>> read, Func<T, bool> satisfies, string expectation)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (true)
        {
            object? last;
            try
            {
                var seen = await read();
                if (satisfies(seen))
                {
                    return seen;
                }

                last = seen;
            }
            catch (MeshUnavailableException unavailable)
            {
                last = unavailable.Message;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(30), $"Expected {expectation}; last seen: {last}");
            await Task.Delay(10);
        }
    }
}
