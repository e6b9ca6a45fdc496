using Aurora.Scheduling.Planning;
using CsCheck;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

public sealed class PlannerPropertyTests
{
    private static readonly Gen<(int Kind, int A, int B, int C)[]> Histories =
        Gen.Select(Gen.Int[0, 19], Gen.Int[0, 999], Gen.Int[0, 999], Gen.Int[0, 999]).Array[1, 80];

    [Theory]
    [InlineData(PlacementProfile.Balanced, QueueProfile.Fair)]
    [InlineData(PlacementProfile.Balanced, QueueProfile.LeastAttained)]
    [InlineData(PlacementProfile.Pack, QueueProfile.Fair)]
    [InlineData(PlacementProfile.Cost, QueueProfile.Fair)]
    public void Whatever_happens_the_planner_decides_as_a_naive_one_would(PlacementProfile profile, QueueProfile queue) =>
        Histories.Sample(
            history =>
            {
                var mesh = new NaiveMesh(profile, queue);
                foreach (var step in history)
                {
                    mesh.Apply(step.Kind, step.A, step.B, step.C);
                    mesh.CheckCapacity();
                }

                mesh.DrainOneByOne(int.MaxValue);
                mesh.CheckThatNothingFeasibleWaits();
            },
            iter: 500);

    [Theory]
    [InlineData(PlacementProfile.Balanced)]
    [InlineData(PlacementProfile.Pack)]
    [InlineData(PlacementProfile.Cost)]
    public void The_same_calls_give_the_same_decisions(PlacementProfile profile) =>
        Histories.Sample(
            history =>
            {
                var one = new NaiveMesh(profile);
                var other = new NaiveMesh(profile);
                foreach (var step in history)
                {
                    one.Apply(step.Kind, step.A, step.B, step.C);
                    other.Apply(step.Kind, step.A, step.B, step.C);
                }

                Assert.Equal(one.Decisions, other.Decisions);
            },
            iter: 150);

    [Fact]
    public void Equal_tasks_leave_in_the_order_in_which_they_came() =>
        Gen.Int[0, 1000].Array[1, 60].Sample(minutes =>
        {
            var planner = Planner();
            foreach (var (minute, number) in minutes.Select((minute, number) => (minute, number)))
            {
                planner.Submit(Pending($"t{number:000}", Shape(gb: 8), 5, minute), Start);
            }

            planner.UpsertNode(Node("n", 1, Gpu("A", 24)), available: true);
            var left = new List<string>();
            while (planner.Drain(Start, 1) is [var placement])
            {
                left.Add(placement.Task.TaskId);
                Assert.True(planner.Release(placement.Task.TaskId, 1));
            }

            Assert.Equal(
                minutes.Select((minute, number) => (minute, $"t{number:000}")).Order().Select(task => task.Item2), left);
        });
}
