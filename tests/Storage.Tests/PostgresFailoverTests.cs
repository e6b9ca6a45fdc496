using System.Diagnostics;
using Aurora.Storage.Postgres;
using Aurora.Testing;
using static Aurora.Storage.Tests.Samples;

namespace Aurora.Storage.Tests;

/// <summary>One connection string with two servers, of which the second takes over.</summary>
public sealed class PostgresFailoverTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_standby_that_takes_over_has_everything_that_was_acknowledged_and_is_found_by_the_same_string()
    {
        await using var pair = await PostgresPair.StartAsync(synchronous: true);
        await using var store = new PostgresTaskStore(await pair.CreateDatabaseAsync());
        await store.InitializeAsync(CancellationToken.None);
        await store.AcquireSchedulerAsync("default", CancellationToken.None);
        var acknowledged = new List<string>();
        using var enough = new SemaphoreSlim(0);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                try
                {
                    await store.DoAsync(Insert(Queued($"task-{i:000000}")));
                    acknowledged.Add($"task-{i:000000}");
                    enough.Release();
                }
                catch (StoreUnavailableException)
                {
                    return;
                }
            }
        });
        for (var i = 0; i < 50; i++)
        {
            Assert.True(await enough.WaitAsync(Deadline));
        }

        await pair.KillPrimaryAsync();
        await writing.WaitAsync(Deadline);
        await pair.PromoteAsync();
        await UntilAsync(async () => await store.CheckAsync(CancellationToken.None) is null);

        var stored = await store.ReadSchedulableAsync(TaskRow.DefaultPool, CancellationToken.None).Select(row => row.TaskId).ToHashSetAsync();
        Assert.All(acknowledged, id => Assert.Contains(id, stored));
        var tries = 0;
        await UntilAsync(() => TakesAsync(store, Insert(Queued($"after-{++tries}"))));
    }

    [Fact]
    public async Task What_the_standby_does_not_confirm_is_not_acknowledged_nor_is_its_repeat()
    {
        await using var pair = await PostgresPair.StartAsync(synchronous: true);
        await using var store = new PostgresTaskStore(await pair.CreateDatabaseAsync());
        await store.InitializeAsync(CancellationToken.None);
        await store.AcquireSchedulerAsync("default", CancellationToken.None);
        await store.DoAsync(Insert(Queued("before")));

        using (StoppedProcess.StopChildrenOf(pair.StandbyPid, "walreceiver"))
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.DoAsync(Insert(Queued("unconfirmed"))));

            // The server gave up its wait and shows the row, which the standby lacks.
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.DoAsync(Insert(Queued("unconfirmed"))));
        }

        await UntilAsync(async () =>
        {
            try
            {
                return !(await store.DoAsync(Insert(Queued("unconfirmed")))).Applied;
            }
            catch (StoreUnavailableException)
            {
                return false;
            }
        });
    }

    // A connection that stood idle when its server died is found out by the first write over it.
    private static async Task<bool> TakesAsync(PostgresTaskStore store, TaskOperation operation)
    {
        try
        {
            return (await store.DoAsync(operation)).Applied;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> isReached)
    {
        for (var clock = Stopwatch.StartNew(); !await isReached(); await Task.Delay(20))
        {
            Assert.True(clock.Elapsed < Deadline, $"Not reached within {Deadline}.");
        }
    }
}
