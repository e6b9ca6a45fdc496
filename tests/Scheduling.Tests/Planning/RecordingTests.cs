using System.Text;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Recording;
using CsCheck;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

public sealed class RecordingTests
{
    [Theory]
    [InlineData(PlacementProfile.Balanced)]
    [InlineData(PlacementProfile.Pack)]
    [InlineData(PlacementProfile.Cost)]
    public void A_recording_that_went_through_a_file_gives_the_same_decisions(PlacementProfile profile) =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 40], Gen.Int[0, 10]).Array[1, 60].Sample(
            tasks =>
            {
                var planner = Mesh(profile);
                foreach (var ((kind, gb, priority), number) in tasks.Select((task, number) => (task, number)))
                {
                    var placement = planner.Submit(Pending($"t{number:000}", Shape(kind % 3, gb), priority, number), Start);
                    if (kind == 5 && placement is not null)
                    {
                        Assert.True(planner.Complete(placement.Task.TaskId, placement.Attempt, Start));
                    }
                }

                planner.Drain(Start, int.MaxValue);
                var asked = Enumerable.Range(0, 6).Select(number => Pending($"ask-{number}", Shape(1 + (number % 2), 4 * number), number)).ToList();
                var recording = planner.Record(asked, Start);
                var read = RecordingJson.Read(RecordingJson.Write(recording));

                Assert.Equal(recording.Decisions.Select(decision => decision.ToString()), read.Replay().Select(decision => decision.ToString()));
                Assert.Equal(Encoding.UTF8.GetString(RecordingJson.Write(recording)), Encoding.UTF8.GetString(RecordingJson.Write(read)));
            },
            iter: 100);

    [Fact]
    public void What_is_recorded_is_what_the_decision_was_made_by()
    {
        var planner = Mesh(PlacementProfile.Balanced);
        var task = Pending("ask", Shape(1, 20), priority: 9);
        var recording = planner.Record([task], Start);
        var other = recording with { Nodes = [.. recording.Nodes.Select(node => node with { Available = node.Facts.NodeId != recording.Decisions[0].Node })] };

        Assert.NotEqual(recording.Decisions[0].Node, other.Replay()[0].Node);
    }

    private static MeshPlanner Mesh(PlacementProfile profile)
    {
        var planner = new MeshPlanner(new PlannerSettings { Profile = profile });
        foreach (var number in Enumerable.Range(0, 6))
        {
            var gpus = Enumerable.Range(0, 2).Select(gpu => Gpu(number % 3 == 0 ? "NVIDIA H100" : "NVIDIA A40", 48)).ToArray();
            planner.UpsertNode(
                Node($"n{number}", 8, gpus) with
                {
                    Labels = LabelSet.Of([KeyValuePair.Create("zone", $"z{number}")]),
                    Price = new NodePrice(NodeTenure.Spot, number),
                    Host = new HostShare(64_000, 256 * Gb),
                },
                available: true);
            planner.ObserveLoad($"n{number}", Load(number / 10.0, new GpuLoad(0, number * Gb, 0.25)));
        }

        return planner;
    }
}
