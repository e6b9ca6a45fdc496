using Aurora.Scheduling.Accounting;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Queueing;
using Aurora.Scheduling.Scoring;
using Aurora.Scheduling.Sharing;
using CsCheck;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

public sealed class NodeTournamentTests
{
    private static readonly string[] Types = ["NVIDIA A40", "NVIDIA H100", "NVIDIA RTX A4000"];

    private static readonly Gen<(int Nodes, (int Kind, int A, int B)[] Steps)> Histories = Gen.Select(
        Gen.Int[1, 70], Gen.Select(Gen.Int[0, 9], Gen.Int[0, 999], Gen.Int[0, 999]).Array[1, 200]);

    [Fact]
    public void It_finds_the_node_that_a_look_at_all_of_them_finds() => Histories.Sample(
        history =>
        {
            var mesh = new Mesh(history.Nodes);
            var kinds = new[] { Shape(0), Shape(1, 8), Shape(1, 40), Shape(2, 8), Shape(1, 1, "H100") }.Select(mesh.KindOf).ToArray();
            foreach (var (kind, a, b) in history.Steps)
            {
                mesh.Change(kind, a, b);
                foreach (var (tournament, look) in kinds)
                {
                    // The one that was asked last may have missed many changes, and not only the last one.
                    if ((a + b) % 3 > 0)
                    {
                        Assert.Equal(look(), tournament.Best());
                    }
                }
            }
        },
        iter: 300);

    [Fact]
    public void A_chooser_that_is_asked_again_and_again_chooses_as_one_that_looks_at_all() => Histories.Sample(
        history =>
        {
            var mesh = new Mesh(history.Nodes);
            var shapes = new[] { Shape(0), Shape(1, 8) };
            foreach (var (kind, a, b) in history.Steps)
            {
                mesh.Change(kind, a, b);
                foreach (var shape in shapes)
                {
                    var avoid = b % 5 == 0 ? a % history.Nodes : -1;
                    var (choice, expected) = mesh.ChooseBothWays(shape, avoid);
                    Assert.Equal(expected?.Node, choice?.Node);
                    Assert.Equal(expected?.Score, choice?.Score);
                    Assert.Equal(expected?.Gpus, choice?.Gpus);
                    if (choice is not null && a % 2 == 0)
                    {
                        mesh.Place(choice, shape);
                    }
                }
            }
        },
        iter: 300);

    private sealed class Mesh
    {
        private readonly NodeTable table;
        private readonly WaitingTasks waiting;
        private readonly PlacementChooser chooser;
        private readonly List<Reservation> held = [];
        private readonly int count;
        private int placed;

        public Mesh(int count)
        {
            this.count = count;
            var (vocabulary, step) = (new NodeVocabulary(), TimeSpan.FromDays(1));
            table = new NodeTable(new GpuPowerTable(new Dictionary<string, double>()), vocabulary);
            waiting = new WaitingTasks(step, vocabulary, new FairShares(step, step, isOn: true));
            chooser = new PlacementChooser(table, new Reach(table), packing: null);
            for (var node = 0; node < count; node++)
            {
                table.Add(FactsOf(node, node * 7)).Available = true;
            }
        }

        public (NodeTournament Tournament, Func<(int Node, double Score)?> Look) KindOf(TaskShape shape)
        {
            var (shapes, policy) = (waiting.ClassOf(shape), PolicyOf(shape));
            return (
                new NodeTournament(table, chooser, shapes, shape.MemoryBytesPerGpu, policy),
                () => chooser.Choose(shapes, shape.MemoryBytesPerGpu, policy, All) is { } choice ? (choice.Node, choice.Score) : null);
        }

        public (Choice? Choice, Choice? Expected) ChooseBothWays(TaskShape shape, int avoid)
        {
            var (shapes, policy) = (waiting.ClassOf(shape), PolicyOf(shape));
            return (chooser.Choose(shapes, shape.MemoryBytesPerGpu, policy, avoid: avoid), chooser.Choose(shapes, shape.MemoryBytesPerGpu, policy, All, avoid));
        }

        public void Place(Choice choice, TaskShape shape)
        {
            var node = table.Nodes[choice.Node];
            var reservation = new Held($"t{placed++}", choice.Node, choice.Gpus, shape.MemoryBytesPerGpu);
            Assert.True(node.Ledger.TryReserve(reservation, out _));
            held.Add(reservation);
            table.Chosen(node);
            table.Renew(node);
        }

        public void Change(int kind, int a, int b)
        {
            var node = table.Nodes[a % count];
            switch (kind)
            {
                case 0:
                    node.Available = b % 3 > 0;
                    table.Renew(node);
                    break;
                case 1 or 2:
                    node.Load = Load(b / 1000.0, new GpuLoad(0, b % 30 * Gb, b / 1000.0));
                    node.Ledger.Observe(node.Load);
                    table.Renew(node);
                    break;
                case 3:
                    var facts = FactsOf(node.Ordinal, b);
                    node.Ledger.ReplaceFacts(facts);
                    table.RenewFacts(node);
                    break;
                case 4 when table.Count < 90:
                    table.Add(FactsOf(table.Count, b)).Available = b % 2 > 0;
                    break;
                case 5:
                    table.TakeTurns([.. Enumerable.Range(0, table.Count).Select(ordinal => (long)((ordinal * 31) + b) % 50)]);
                    break;
                case <= 8 when held.Count > 0:
                    var ended = (Held)held[b % held.Count];
                    held.Remove(ended);
                    table.Nodes[ended.Node].Ledger.Release(ended.TaskId, ended.Attempt);
                    table.Renew(table.Nodes[ended.Node]);
                    break;
                default:
                    break;
            }
        }

        private int[] All => [.. Enumerable.Range(0, table.Count)];

        private static NodeFacts FactsOf(int node, int seed) => Node(
            $"n{node}", 1 + (seed % 5), [.. Enumerable.Range(0, seed % 4).Select(gpu => Gpu(Types[(seed + gpu) % Types.Length], 24 << (seed % 2)))]);

        private static ScoringPolicy PolicyOf(TaskShape shape) => ScoringPolicy.For(Pending("t", shape), PlacementProfile.Balanced);
    }

    private sealed class Held(string taskId, int node, IReadOnlyList<int> gpus, long bytesPerGpu) : Reservation
    {
        public int Node { get; } = node;

        public override string TaskId => taskId;

        public override int Attempt => 1;

        public override IReadOnlyList<int> Gpus => gpus;

        public override long BytesPerGpu => bytesPerGpu;

        public override HostShare Host => default;
    }
}
