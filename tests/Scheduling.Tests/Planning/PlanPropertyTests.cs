using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Recording;
using CsCheck;

namespace Aurora.Scheduling.Tests.Planning;

/// <summary>A plan says what a submit would do, and a recording says it elsewhere.</summary>
public sealed class PlanPropertyTests
{
    [Theory]
    [InlineData(PlacementProfile.Balanced, QueueProfile.Fair)]
    [InlineData(PlacementProfile.Pack, QueueProfile.Fair)]
    [InlineData(PlacementProfile.Cost, QueueProfile.Priority)]
    [InlineData(PlacementProfile.Cost, QueueProfile.LeastAttained)]
    public void What_is_planned_is_what_is_done_when_it_is_submitted(PlacementProfile profile, QueueProfile queue) =>
        RandomMesh.Histories.Sample(
            history =>
            {
                var mesh = new RandomMesh(profile, queue, history);
                foreach (var (_, a, b, c) in history.Take(8))
                {
                    var task = mesh.NewTask(a, b, c);
                    var planned = Assert.Single(mesh.Planner.Plan([task], mesh.Now)).Placement;
                    var done = mesh.Planner.Submit(task, mesh.Now);

                    Assert.Equal((planned?.NodeId, Gpus(planned)), (done?.NodeId, Gpus(done)));
                }
            },
            iter: 400);

    [Theory]
    [InlineData(PlacementProfile.Balanced, QueueProfile.Fair)]
    [InlineData(PlacementProfile.Pack, QueueProfile.Priority)]
    [InlineData(PlacementProfile.Cost, QueueProfile.LeastAttained)]
    public void What_was_recorded_is_decided_again_in_the_same_way(PlacementProfile profile, QueueProfile queue) =>
        RandomMesh.Histories.Sample(
            history =>
            {
                var mesh = new RandomMesh(profile, queue, history);
                var recording = mesh.Planner.Record([.. history.Take(8).Select(step => mesh.NewTask(step.A, step.B, step.C))], mesh.Now);

                Assert.Equal(
                    recording.Decisions.Select(decision => decision.ToString()),
                    RecordingJson.Read(RecordingJson.Write(recording)).Replay().Select(decision => decision.ToString()));
            },
            iter: 150);

    private static string Gpus(Scheduling.Model.Placement? placement) => string.Join(',', placement?.Gpus ?? []);
}
