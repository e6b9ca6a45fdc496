using System.Diagnostics;
using Aurora.Storage.Postgres;
using Aurora.Testing;
using static Aurora.Storage.Tests.Samples;

namespace Aurora.Storage.Tests;

public sealed class PostgresOutageTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_killed_server_fails_every_waiter_loses_nothing_committed_and_is_used_again_when_it_is_back()
    {
        await using var server = await PostgresServer.StartOwnAsync();
        await using var store = new PostgresTaskStore(await server.CreateDatabaseAsync());
        await store.InitializeAsync(CancellationToken.None);
        await store.AcquireSchedulerAsync("default", CancellationToken.None);
        await store.CommitAsync([.. Enumerable.Range(0, 1000).Select(i => Insert(Queued($"before-{i:0000}")))]);

        // Writers go on while the server dies; each learns what became of its own operation.
        var acknowledged = new List<string>();
        using var enough = new SemaphoreSlim(0);
        var writing = Task.Run(async () =>
        {
            for (var i = 0; ; i++)
            {
                try
                {
                    await store.DoAsync(Insert(Queued($"during-{i:000000}")));
                    acknowledged.Add($"during-{i:000000}");
                    enough.Release();
                }
                catch (StoreUnavailableException)
                {
                    return;
                }
            }
        });
        for (var i = 0; i < 20; i++)
        {
            Assert.True(await enough.WaitAsync(Deadline));
        }

        await server.KillAsync();
        await writing.WaitAsync(Deadline);
        var waiting = Enumerable.Range(0, 2000).Select(i => store.DoAsync(Insert(Queued($"lost-{i}")))).ToList();
        foreach (var waiter in waiting)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => waiter.WaitAsync(Deadline));
        }

        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.GetAsync("before-0000", CancellationToken.None));
        Assert.NotNull(await store.CheckAsync(CancellationToken.None));

        await server.RestartAsync();
        await UntilAvailableAsync(store);

        var ids = await store.ReadSchedulableAsync(TaskRow.DefaultPool, CancellationToken.None).Select(row => row.TaskId).ToHashSetAsync();
        Assert.Equal(1000, ids.Count(id => id.StartsWith("before-", StringComparison.Ordinal)));
        Assert.All(acknowledged, id => Assert.Contains(id, ids));
        Assert.True((await store.DoAsync(Insert(Queued("after")))).Applied);
    }

    private static async Task UntilAvailableAsync(PostgresTaskStore store)
    {
        var clock = Stopwatch.StartNew();
        while (await store.CheckAsync(CancellationToken.None) is { } problem)
        {
            Assert.True(clock.Elapsed < Deadline, $"Still unavailable after {Deadline}: {problem}");
            await Task.Delay(20);
        }
    }
}
