using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Sharing;
using CsCheck;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

/// <summary>A planner with nodes, loads, tenants, other pools' attempts and kept places such as a random history leaves them.</summary>
internal sealed class RandomMesh
{
    /// <summary>Steps of a history.</summary>
    public static readonly Gen<(int Kind, int A, int B, int C)[]> Histories =
        Gen.Select(Gen.Int[0, 11], Gen.Int[0, 999], Gen.Int[0, 999], Gen.Int[0, 999]).Array[10, 90];

    private static readonly string[] Types = ["NVIDIA A40", "NVIDIA H100", "NVIDIA RTX A4000"];
    private static readonly string?[] LinkNames = ["NV4", "PIX", null, "SYS", "NODE"];
    private readonly List<Placement> placed = [];
    private int submitted;

    private readonly bool withGangs;

    public RandomMesh(PlacementProfile profile, QueueProfile queue, (int Kind, int A, int B, int C)[] history, bool withGangs = true)
    {
        this.withGangs = withGangs;
        Planner = new MeshPlanner(new PlannerSettings { Profile = profile, Queue = queue });
        foreach (var (_, a, b, c) in history.Take(1 + (history.Length % 6)))
        {
            Join(a, b, c);
        }

        foreach (var (kind, a, b, c) in history)
        {
            Apply(kind, a, b, c);
        }

        Planner.Drain(Now, int.MaxValue);
    }

    public MeshPlanner Planner { get; }

    public DateTimeOffset Now { get; private set; } = Start;

    public PendingTask NewTask(int a, int b, int c) => Pending(
        $"t{submitted++:0000}", Shape(a % 4, b % 80, c % 5 == 0 ? "H100" : null) with
        {
            Nodes = withGangs && c % 6 == 0 ? 2 + (b % 2) : 1,
            Tenant = a % 3 == 0 ? null : $"tenant-{a % 3}",
            AntiAffinity = c >= 900 ? "apart" : null,
            Host = b >= 800 ? new HostShare(c % 8 * 1_000, 0) : default,
        }, a % 11) with
    {
        SubmittedAt = Now,
        Duration = c % 4 == 0 ? TimeSpan.FromMinutes(1 + (b % 60)) : null,
        Deadline = c % 8 == 0 ? Now.AddMinutes(b % 300) : null,
        AnyOf = [],
    };

    private void Join(int a, int b, int c) => Planner.UpsertNode(
        Node($"n{a % 7}", 1 + (b % 6), [.. Enumerable.Range(0, b % 4).Select(gpu => Gpu(Types[(a + (c % 2 * gpu)) % Types.Length], 16 << (c % 3)))]) with
        {
            Epoch = 1 + (c / 250),
            Host = new HostShare(8_000, 64 * Gb),
            Price = new NodePrice((NodeTenure)(b % 3), c % 5),
            Links = LinksOf(b % 4, c),
        },
        available: c % 9 != 0);

    private static GpuLinks? LinksOf(int gpus, int seed) => GpuLinks.Of(
        [.. Enumerable.Range(0, gpus).Select(one => Enumerable.Range(0, gpus).Select(other => LinkNames[(one + other + seed) % LinkNames.Length]).ToArray())]);

    private void Apply(int kind, int a, int b, int c)
    {
        Now = Now.AddSeconds(a % 90);
        var nodeId = $"n{a % 7}";
        switch (kind)
        {
            case <= 4:
                if (Planner.Submit(NewTask(a, b, c), Now) is { } placement)
                {
                    placed.Add(placement);
                }

                break;
            case 5 or 6 when placed.Count > 0:
                var ended = placed[b % placed.Count];
                placed.Remove(ended);
                Assert.True(Planner.Complete(ended.Task.TaskId, ended.Attempt, Now));
                break;
            case 7:
                Planner.ObserveLoad(nodeId, Load(b / 1000.0, new GpuLoad(0, c % 60 * Gb, b / 1000.0), new GpuLoad(1, b % 5 == 0 ? null : b % 40 * Gb, null)));
                break;
            case 8:
                Planner.ObserveForeign(nodeId, b % 2 == 0 ? [] : [new ForeignAttempt($"f{b}-{c}", 1, [0], Shape(1, c % 20))]);
                break;
            case 9:
                Planner.SetTenant($"tenant-{a % 3}", b % 3 == 0 ? null : new TenantPolicy(1 + (b % 4), b % 2 == 0 ? c % 5 : null));
                break;
            case 10 when c % 3 == 0:
                Join(a, b, c);
                break;
            default:
                placed.AddRange(Planner.Drain(Now, int.MaxValue));
                Planner.KeepPlace(Now.AddMinutes(b % 2 == 0 ? 6 : 0));
                break;
        }
    }
}
