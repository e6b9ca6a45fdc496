using Aurora.Chaos.Runner;
using Aurora.Chaos.Runner.Plans;

namespace Aurora.Chaos.Tests;

public sealed class PlanTests
{
    public static TheoryData<string> Names => [.. Experiments.Names.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_seed_gives_the_same_plan_twice(string name)
    {
        var plan = Experiments.Find(name, 11)!;

        Assert.Equal(plan.Faults, Experiments.Find(name, 11)!.Faults);

        // Clients that wait for their results are there to be disturbed for as long as the work may take.
        var waiting = plan.WaitForResults ? TimeSpan.FromMilliseconds(plan.WorkMillisecondsMax) : TimeSpan.Zero;
        Assert.All(plan.Faults, fault => Assert.InRange(fault.At, TimeSpan.Zero, plan.Load + waiting));
    }

    [Fact]
    public void Two_seeds_give_two_plans() => Assert.NotEqual(Experiments.Find("long", 1)!.Faults, Experiments.Find("long", 2)!.Faults);

    [Fact]
    public void The_long_run_kills_silos_no_faster_than_the_others_can_take_over()
    {
        var silos = Experiments.Find("long", 1)!.Faults.Where(fault => fault.Kind is FaultKind.KillSilo or FaultKind.FreezeSilo or FaultKind.StopSilo).ToList();

        Assert.NotEmpty(silos);
        Assert.All(silos.Zip(silos.Skip(1)), pair => Assert.True(pair.Second.At - pair.First.At >= TimeSpan.FromSeconds(20)));
    }

    [Theory]
    [InlineData("--seed", "-1", "--seed")]
    [InlineData("--silos", "0", "--silos")]
    [InlineData("--profile", "quick", "quick")]
    [InlineData("--speed", "1", "--speed")]
    public void A_bad_option_is_named(string option, string value, string named)
    {
        var refused = Assert.Throws<ArgumentException>(() => RunnerOptions.Parse([option, value]));

        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("E7")]
    [InlineData("E9")]
    [InlineData("E10")]
    [InlineData("E21")]
    public void A_fault_that_takes_no_node_allows_no_execution_again(string name) => Assert.True(Experiments.Find(name, 1)!.NoRerun);

    [Fact]
    public void A_run_that_loses_what_it_accepted_has_to_be_found_out() => Assert.Equal("C1", Experiments.Find("E10-async", 1)!.MustBreak);
}
