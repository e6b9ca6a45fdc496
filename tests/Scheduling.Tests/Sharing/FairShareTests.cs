using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Sharing;
using CsCheck;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Sharing;

/// <summary>Whose turn it is among tenants.</summary>
public sealed class FairShareTests
{
    private static readonly NodeFacts FourGpus = Node("n", 4, Gpu("A", 24), Gpu("A", 24), Gpu("A", 24), Gpu("A", 24));

    [Fact]
    public void Shares_converge_to_the_weights() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 4], Gen.Int[1, 4], Gen.Int[1, 600].Array[2_000]).Sample(
            (one, other, third, seconds) =>
            {
                var weights = new Dictionary<string, int> { ["a"] = one, ["b"] = other, ["c"] = third };
                var planner = PlannerWith(FourGpus);
                foreach (var (tenant, weight) in weights)
                {
                    planner.SetTenant(tenant, new TenantPolicy(weight));
                }

                var used = weights.Keys.ToDictionary(tenant => tenant, _ => 0.0);
                Play(planner, [.. weights.Keys], seconds, (placement, duration, at) => used[placement.Task.Shape.Tenant!] += at.TotalHours >= 2 ? duration : 0);

                foreach (var (tenant, weight) in weights)
                {
                    Assert.InRange((used[tenant] / used.Values.Sum()) - ((double)weight / weights.Values.Sum()), -0.06, 0.06);
                }
            },
            iter: 5, threads: 1);

    [Fact]
    public void A_bulk_of_3000_does_not_stand_in_front_of_another_tenants_chat()
    {
        var planner = PlannerWith(Node("n", 1, Gpu("A", 24)));
        for (var part = 0; part < 3_000; part++)
        {
            planner.Submit(Of("bulk", $"part{part:0000}", seconds: part / 1000.0), Start.AddSeconds(3));
        }

        var now = Start;
        for (var done = 0; done < 20; done++)
        {
            now += TimeSpan.FromMinutes(2);
            EndAll(planner, now);
            Assert.Equal("bulk", Assert.Single(planner.Drain(now, 100)).Task.Shape.Tenant);
        }

        planner.Submit(Of("people", "chat", seconds: (now - Start).TotalSeconds), now);
        EndAll(planner, now.AddSeconds(1));

        Assert.Equal("chat", Assert.Single(planner.Drain(now.AddSeconds(1), 100)).Task.TaskId);
    }

    [Fact]
    public void Whoever_floods_the_mesh_with_urgent_tasks_starves_nobody()
    {
        var planner = PlannerWith(Node("n", 1, Gpu("A", 24)));
        planner.Submit(Of("flood", "first", 7), Start);
        planner.Submit(Of("poor", "patient", priority: 0), Start);
        var now = Start;
        for (var number = 0; number < 100; number++)
        {
            now += TimeSpan.FromMinutes(1);
            planner.Submit(Of("flood", $"urgent{number}", 7, (now - Start).TotalSeconds), now);
            EndAll(planner, now);
            if (planner.Drain(now, 1)[0].Task.TaskId == "patient")
            {
                Assert.InRange(now - Start, TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(81));
                return;
            }
        }

        Assert.Fail("It never had its turn.");
    }

    [Fact]
    public void With_one_tenant_the_order_is_by_place_alone() =>
        Gen.Select(Gen.Int[0, 10], Gen.Int[0, 200]).Array[1, 40].Sample(tasks =>
        {
            var (fair, byPriority) = (new MeshPlanner(new PlannerSettings()), new MeshPlanner(new PlannerSettings { Queue = QueueProfile.Priority }));
            Assert.Equal(Order(fair), Order(byPriority));

            List<string> Order(MeshPlanner planner)
            {
                foreach (var ((priority, minutes), number) in tasks.Select((task, number) => (task, number)))
                {
                    planner.Submit(Of("a", $"t{number}", priority, minutes * 60), Start.AddHours(4));
                }

                planner.UpsertNode(Node("n", 1, Gpu("A", 24)), available: true);
                var order = new List<string>();
                while (planner.Drain(Start.AddHours(4), 1) is [var placement])
                {
                    order.Add(placement.Task.TaskId);
                    planner.Release(placement.Task.TaskId, 1);
                }

                return order;
            }
        });

    [Fact]
    public void A_quota_is_never_exceeded_and_what_it_kept_waiting_starts_when_it_may() =>
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 2].Array[1, 40], Gen.Int[0, 100].Array[1, 60]).Sample((quota, gpus, ends) =>
        {
            var planner = PlannerWith(FourGpus);
            planner.SetTenant("a", new TenantPolicy(GpusMax: quota));
            foreach (var (count, number) in gpus.Select((count, number) => (count, number)))
            {
                planner.Submit(Of("a", $"t{number}", gpus: count), Start);
                Assert.InRange(planner.Tenants(Start).Single(use => use.Tenant == "a").GpusInUse, 0, quota);
            }

            foreach (var end in ends)
            {
                if (planner.PlacementsOn("n") is { Count: > 0 } running)
                {
                    var ended = running[end % running.Count];
                    planner.Release(ended.Task.TaskId, ended.Attempt);
                }

                planner.Drain(Start, 100);
                var use = planner.Tenants(Start).Single(use => use.Tenant == "a");
                Assert.InRange(use.GpusInUse, 0, quota);
                var fits = planner.QueueHead(100, Start).Any(task => task.Task.Shape.GpuCount <= quota - use.GpusInUse);
                Assert.False(fits, "A task that its quota allows and that fits waits.");
            }

            planner.SetTenant("a", null);
            planner.Drain(Start, 100);
            Assert.True(planner.QueuedCount == 0 || planner.Tenants(Start).Single(use => use.Tenant == "a").GpusInUse >= 3);
        });

    [Fact]
    public void What_a_quota_keeps_waiting_is_told()
    {
        var planner = PlannerWith(FourGpus);
        planner.SetTenant("a", new TenantPolicy(GpusMax: 1, QueuedMax: 1));
        planner.Submit(Of("a", "one"), Start);
        Assert.False(planner.IsQueueFull("a", 1));
        planner.Submit(Of("a", "two"), Start);

        Assert.True(planner.IsQueueFull("a", 1));
        Assert.StartsWith("tenant 'a' holds 1 GPU of its quota of 1, and this needs 1 more", planner.Explain("two", Start)!.Summary, StringComparison.Ordinal);

        // No requirement that it could change keeps it waiting, except for its GPUs where fewer of them are within the quota.
        Assert.Null(planner.Plan([Of("a", "type") with { Shape = Shape(type: "B") with { Tenant = "a" } }], Start).Single().Change);
        planner.SetTenant("a", new TenantPolicy(GpusMax: 2, QueuedMax: 9));
        Assert.Equal("gpu_count", planner.Plan([Of("a", "three", gpus: 3)], Start).Single().Change!.Field);
        planner.SetTenant("a", new TenantPolicy(GpusMax: 1, QueuedMax: 9));
        Assert.Null(planner.Plan([Of("a", "three", gpus: 3)], Start).Single().Change);
        Assert.Equal("the quota of its tenant does not let it start", QuotaForGood().Forecast("never", Start)!().Basis);

        static MeshPlanner QuotaForGood()
        {
            var planner = PlannerWith(FourGpus);
            planner.SetTenant("a", new TenantPolicy(GpusMax: 1));
            planner.Submit(Of("a", "never", gpus: 2), Start);
            return planner;
        }
    }

    private static PendingTask Of(string tenant, string id, int priority = 5, double seconds = 0, int gpus = 1) =>
        Pending(id, Shape(gpus, 20) with { Tenant = tenant }, priority, seconds / 60);

    private static void EndAll(MeshPlanner planner, DateTimeOffset now)
    {
        foreach (var placement in planner.PlacementsOn("n"))
        {
            Assert.True(planner.Complete(placement.Task.TaskId, placement.Attempt, now));
        }
    }

    /// <summary>Plays tasks of tenants that always have some waiting, each with the next of the durations.</summary>
    private static void Play(MeshPlanner planner, string[] tenants, int[] seconds, Action<Placement, double, TimeSpan> started)
    {
        var ends = new PriorityQueue<Placement, DateTimeOffset>();
        var (now, submitted, next) = (Start, 0, 0);
        while (next < seconds.Length)
        {
            foreach (var tenant in tenants)
            {
                while (planner.Tenants(now).FirstOrDefault(use => use.Tenant == tenant) is not { Waiting: >= 8 })
                {
                    var task = Of(tenant, $"t{submitted++}", seconds: (now - Start).TotalSeconds);
                    if (planner.Submit(task, now) is { } placement)
                    {
                        Begin(placement);
                    }
                }
            }

            ends.TryDequeue(out var ended, out now);
            planner.Complete(ended!.Task.TaskId, ended.Attempt, now);
            foreach (var placement in planner.Drain(now, 100))
            {
                Begin(placement);
            }
        }

        void Begin(Placement placement)
        {
            var duration = seconds[next++ % seconds.Length];
            started(placement, duration, now - Start);
            ends.Enqueue(placement, now.AddSeconds(duration));
        }
    }
}
