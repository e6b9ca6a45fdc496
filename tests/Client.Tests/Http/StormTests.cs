using System.Net;
using Aurora.Client.Http;
using Microsoft.Extensions.Time.Testing;

namespace Aurora.Client.Tests.Http;

/// <summary>Many clients while the mesh is away and when it comes back, on a clock of the test's own.</summary>
public sealed class StormTests
{
    private const int Clients = 1_000;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    private readonly CountingTime clock = new();

    [Fact]
    public async Task A_process_repeats_at_most_its_budget_while_nobody_answers()
    {
        using var gateway = new StormGateway(clock) { IsDown = true };
        using var mesh = Mesh(gateway);
        var calls = Enumerable.Range(0, Clients).Select(_ => Assert.ThrowsAsync<MeshUnreachableException>(() => mesh.GetStatusAsync())).ToList();

        var lasted = await RunAsync(calls);

        // Without a budget these were eight times as many as there are calls.
        Assert.InRange(gateway.Requests, Clients + RetryBudget.TokensMax, Clients + RetryBudget.TokensMax + (RetryBudget.PerSecond * lasted.TotalSeconds) + 1);
        Assert.All(await Task.WhenAll(calls), failure => Assert.Contains("away", failure.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Calls_that_waited_are_served_when_the_mesh_is_back()
    {
        using var gateway = new StormGateway(clock) { IsDown = true };
        using var mesh = Mesh(gateway);
        var calls = Enumerable.Range(0, Clients).Select(_ => mesh.GetStatusAsync()).ToList();
        await RunAsync(calls, until: TimeSpan.FromSeconds(3));

        gateway.IsDown = false;
        await RunAsync(calls);

        Assert.All(calls, call => Assert.True(call.IsCompletedSuccessfully));
    }

    [Fact]
    public async Task A_thousand_clients_come_back_after_an_outage_of_30_s_without_a_storm()
    {
        using var gateway = new StormGateway(clock) { IsDown = true };
        var meshes = Enumerable.Range(0, Clients).Select(_ => Mesh(gateway)).ToList();
        var clients = meshes.Select(UntilServedAsync).ToList();
        await RunAsync(clients, until: TimeSpan.FromSeconds(30));

        gateway.IsDown = false;
        gateway.StartCounting();
        var lasted = await RunAsync(clients);

        Assert.True(lasted < TimeSpan.FromSeconds(20), $"All were served after {lasted.TotalSeconds:F1} s.");
        Assert.InRange(gateway.MostInOneSecond, 1, Clients / 3);
        meshes.ForEach(mesh => mesh.Dispose());
    }

    private AuroraHttpMesh Mesh(StormGateway gateway) => new(new AuroraHttpMeshOptions { Addresses = { new Uri("http://a:8001") } }, gateway, clock);

    private static async Task<bool> UntilServedAsync(AuroraHttpMesh mesh)
    {
        while (true)
        {
            try
            {
                await mesh.GetStatusAsync();
                return true;
            }
            catch (MeshUnreachableException)
            {
                // Somebody who wants the answer asks again.
            }
        }
    }

    /// <summary>Moves the clock until the calls have ended or the time is over; each step waits until every other call waits for the clock.</summary>
    private async Task<TimeSpan> RunAsync<T>(List<Task<T>> calls, TimeSpan? until = null)
    {
        var started = clock.GetUtcNow();
        while (calls.Any(call => !call.IsCompleted) && !(clock.GetUtcNow() - started >= until))
        {
            while (clock.Pending < calls.Count(call => !call.IsCompleted))
            {
                await Task.Yield();
            }

            clock.Advance(Step);
        }

        return clock.GetUtcNow() - started;
    }

    /// <summary>Knows how many timers have not fired.</summary>
    private sealed class CountingTime : FakeTimeProvider
    {
        private int pending;

        public int Pending => Volatile.Read(ref pending);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref pending);
            return new CountedTimer(base.CreateTimer(callback, state, dueTime, period), () => Interlocked.Decrement(ref pending));
        }
    }

    private sealed class CountedTimer(ITimer timer, Action ended) : ITimer
    {
        private int disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose()
        {
            timer.Dispose();
            if (Interlocked.Exchange(ref disposed, 1) == 0)
            {
                ended();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>A gateway that is away or answers at once, and counts.</summary>
    private sealed class StormGateway(TimeProvider clock) : HttpMessageHandler
    {
        private readonly Lock gate = new();
        private Dictionary<long, int>? perSecond;

        public bool IsDown { get; set; }

        public int Requests { get; private set; }

        public int MostInOneSecond => perSecond!.Values.Max();

        public void StartCounting() => perSecond = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            lock (gate)
            {
                Requests++;
                if (perSecond is { } counts)
                {
                    var second = clock.GetUtcNow().ToUnixTimeSeconds();
                    counts[second] = counts.GetValueOrDefault(second) + 1;
                }
            }

            return IsDown
                ? Task.FromException<HttpResponseMessage>(new HttpRequestException("away"))
                : Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)
                {
                    RequestMessage = request,
                    Content = new StringContent("""{"coordinator":"a","total_nodes":0,"total_gpus":0,"total_vram":0,"active_tasks":0,"queued_tasks":0,"completed_tasks":0,"nodes":{}}"""),
                });
        }
    }
}
