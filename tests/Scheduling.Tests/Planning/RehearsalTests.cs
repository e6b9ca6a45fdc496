using Aurora.Scheduling.Model;
using Aurora.Scheduling.Planning;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Planning;

/// <summary>What the planner says of the future, against what it then does.</summary>
public sealed class RehearsalTests
{
    [Fact]
    public void A_plan_places_as_a_submit_would_and_changes_nothing()
    {
        var planner = PlannerWith(Node("a", 4, Gpu("A", 24)), Node("b", 4, Gpu("B", 48)));
        planner.Submit(Pending("running", Shape(gb: 20)), Start);
        PendingTask[] tasks = [Pending("p0", Shape(gb: 20)), Pending("p1", Shape(gb: 40)), Pending("p2", Shape(gb: 80))];

        var planned = planner.Plan(tasks, Start);
        var again = planner.Plan(tasks, Start);

        Assert.Equal((0, 1), (planner.QueuedCount, planner.PlacedCount));
        Assert.Equal(planned.Select(task => task.Summary), again.Select(task => task.Summary));
        Assert.Equal("needs 80 GB on one GPU; the largest here has 48 GB", planned[2].Summary);
        Assert.Equal(
            planned.Select(task => task.Placement?.NodeId),
            tasks.Select(task => planner.Submit(task, Start)?.NodeId));
    }

    [Fact]
    public void A_forecast_follows_those_that_run_and_those_ahead()
    {
        var planner = Trained(seconds: 60);
        planner.Submit(Pending("running", Shape(gb: 20)), Start);
        planner.Submit(Pending("ahead", Shape(gb: 20), minutes: 1), Start);
        planner.Submit(Pending("mine", Shape(gb: 20), minutes: 2), Start);

        var start = planner.Forecast("mine", Start.AddSeconds(20))!();

        Assert.Equal(Start.AddSeconds(120), start.At);
        Assert.Contains("1 running task and 1 ahead of it", start.Basis, StringComparison.Ordinal);
        Assert.Equal((2, 1), (planner.QueuedCount, planner.PlacedCount));
    }

    [Fact]
    public void An_overdue_task_is_taken_to_run_half_as_long_again()
    {
        var planner = Trained(seconds: 60);
        planner.Submit(Pending("running", Shape(gb: 20)), Start);
        planner.Submit(Pending("mine", Shape(gb: 20), minutes: 2), Start);

        Assert.Equal(Start.AddSeconds(150), planner.Forecast("mine", Start.AddSeconds(100))!().At);
    }

    [Fact]
    public void Nobody_can_tell_before_a_task_of_the_kind_has_ended()
    {
        var planner = PlannerWith(Node("a", 1, Gpu("A", 24)));
        planner.Submit(Pending("running", Shape(gb: 20)), Start);
        planner.Submit(Pending("mine", Shape(gb: 20)), Start);

        var start = planner.Forecast("mine", Start)!();

        Assert.Null(start.At);
        Assert.Contains("nobody knows", start.Basis, StringComparison.Ordinal);
        Assert.Null(planner.Forecast("running", Start));
    }

    [Fact]
    public void What_fits_no_node_has_no_start()
    {
        var planner = Trained(seconds: 60);
        planner.Submit(Pending("mine", Shape(gb: 80)), Start);

        Assert.Equal(new ExpectedStart(null, "no node that takes new work now will have room for it"), planner.Forecast("mine", Start)!());
    }

    [Fact]
    public void Memory_that_is_measured_ends_with_its_task()
    {
        var planner = Trained(seconds: 60);
        planner.Submit(Pending("running", Shape(gb: 20)), Start);
        planner.ObserveLoad("a", Load(0, new GpuLoad(0, 20 * Gb, 1)));
        planner.Submit(Pending("mine", Shape(gb: 20)), Start);

        Assert.Equal(Start.AddSeconds(60), planner.Forecast("mine", Start)!().At);
    }

    [Theory]
    [InlineData(1, 80, null, "memory_gb", "with memory_gb 48 instead of 80 it would start now")]
    [InlineData(1, 20, "H100", "gpu_type", "on another GPU type than 'H100' it would start now")]
    [InlineData(3, 60, null, "gpu_count", "with gpu_count 2 and as much memory on each it would start now")]
    public void The_smallest_change_would_indeed_do(int gpus, long gb, string? type, string field, string message)
    {
        var planner = PlannerWith(Node("a", 4, Gpu("A40", 48), Gpu("A40", 48)));
        planner.Submit(Pending("t", Shape(gpus, gb / gpus, type)), Start);

        Assert.Equal(new RequirementChange(field, message), planner.Explain("t", Start)!.SmallestChange);
    }

    [Fact]
    public void Labels_are_the_last_thing_to_give_up()
    {
        var planner = PlannerWith(Node("a", 4, Gpu("A40", 48)));
        planner.Submit(Pending("t", Shape(gb: 8) with { Labels = LabelSet.Of([new("zone", "x")]) }), Start);
        planner.Submit(Pending("two", Shape(gb: 80) with { Labels = LabelSet.Of([new("zone", "x")]) }), Start);

        Assert.Equal("node_labels", planner.Explain("t", Start)!.SmallestChange!.Field);
        Assert.Null(planner.Explain("two", Start)!.SmallestChange);
    }

    private static MeshPlanner Trained(double seconds)
    {
        var planner = PlannerWith(Node("a", 1, Gpu("A", 24)));
        for (var number = 0; number < 3; number++)
        {
            planner.Submit(Pending($"trained-{number}", Shape(gb: 20)), Start);
            Assert.True(planner.Complete($"trained-{number}", 1, Start.AddSeconds(seconds)));
        }

        return planner;
    }
}
