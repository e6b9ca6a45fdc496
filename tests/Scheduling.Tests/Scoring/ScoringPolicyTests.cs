using Aurora.Scheduling.Planning;
using Aurora.Scheduling.Scoring;
using static Aurora.Scheduling.Tests.Given;

namespace Aurora.Scheduling.Tests.Scoring;

public sealed class ScoringPolicyTests
{
    private static readonly ScoreTerms Everything = new(1, 1, 1, 1, 1, 1, 1, 1, 1);

    [Theory]
    [InlineData(0, "least loaded node")]
    [InlineData(2, "least loaded node")]
    [InlineData(3, "balance over all GPUs")]
    [InlineData(7, "balance over all GPUs")]
    [InlineData(8, "most powerful GPU")]
    [InlineData(10, "most powerful GPU")]
    public void Priority_names_the_policy(int priority, string name) =>
        Assert.Equal(name, ScoringPolicy.For(Pending("t", Shape(), priority), PlacementProfile.Balanced).Name);

    [Fact]
    public void A_task_without_a_gpu_has_one_policy_at_every_priority() =>
        Assert.All(
            Enumerable.Range(0, 11),
            priority => Assert.Same(WithoutGpu.Policy, ScoringPolicy.For(Pending("t", Shape(gpus: 0), priority), PlacementProfile.Balanced)));

    [Fact]
    public void The_best_place_scores_one_and_the_worst_zero() =>
        Assert.All(
            [MostPowerfulGpu.Policy, BalancedGpus.Policy, LeastLoadedNode.Policy, WithoutGpu.Policy],
            policy =>
            {
                Assert.Equal(1, Everything.Score(policy.Weights), precision: 12);
                Assert.Equal(0, default(ScoreTerms).Score(policy.Weights));
            });

    public static TheoryData<PlacementProfile, int, int, string?> Tasks()
    {
        var tasks = new TheoryData<PlacementProfile, int, int, string?>();
        foreach (var (profile, priority) in Enum.GetValues<PlacementProfile>().SelectMany(profile => new[] { 0, 5, 9 }.Select(priority => (profile, priority))))
        {
            tasks.Add(profile, priority, 0, null);
            tasks.Add(profile, priority, 0, "llama3");
            tasks.Add(profile, priority, 1, null);
            tasks.Add(profile, priority, 2, null);
        }

        return tasks;
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Every_term_that_a_policy_counts_is_kept_of_an_attempt(PlacementProfile profile, int priority, int gpus, string? model)
    {
        var policy = ScoringPolicy.For(Pending("t", Shape(gpus) with { Model = model }, priority), profile);
        var terms = new ScoreTerms(1, 1 / 3.0, 0.25, 0.2, 1 / 6.0, 1 / 7.0, 0.125, 1 / 9.0, 0.1, 1 / 11.0, 1 / 12.0, 1 / 13.0, 1 / 14.0, 1 / 15.0, 0.0625);
        var counted = terms.Named(policy.Weights);

        var kept = KeptTerms.Of(terms, policy.Weights).Under(policy.Weights);

        Assert.InRange(counted.Count, 1, KeptTerms.Max);
        Assert.Equal(counted.Keys, kept.Named(policy.Weights).Keys);
        Assert.All(kept.Named(policy.Weights), term => Assert.Equal(counted[term.Key], term.Value, tolerance: 1e-6));
        Assert.Equal(terms.Score(policy.Weights), kept.Score(policy.Weights), tolerance: 1e-6);
    }

    [Fact]
    public void Balance_weighs_attempts_and_memory_before_utilisation()
    {
        var terms = new ScoreTerms(Power: 1, MemoryFree: 0.5, FewTasks: 0.25, GpuIdle: 0.75, CpuIdle: 1);

        // 0.35 * 0.5 + 0.35 * 0.25 + 0.2 * 0.75 + 0.1 * 1
        Assert.Equal(0.5125, terms.Score(BalancedGpus.Policy.Weights), precision: 12);
    }

    [Fact]
    public void Three_teraflops_weigh_more_than_every_other_term_of_the_most_powerful_policy()
    {
        var faster = new ScoreTerms(Power: 103.0 / 2250);
        var slowerAndIdle = Everything with { Power = 100.0 / 2250 };

        Assert.True(faster.Score(MostPowerfulGpu.Policy.Weights) > slowerAndIdle.Score(MostPowerfulGpu.Policy.Weights));
    }

    [Fact]
    public void The_node_outweighs_its_gpus_in_the_least_loaded_policy()
    {
        // An idle GPU of a node that runs one attempt, against the busiest GPU of a node that runs none.
        var idleGpu = new ScoreTerms(1, 1, 1, 1, CpuIdle: 1, NodeFewTasks: 0.5, NodeMemoryFree: 1, NodeGpuIdle: 1);
        var idleNode = new ScoreTerms(0, 0, 0, 0, CpuIdle: 1, NodeFewTasks: 1, NodeMemoryFree: 1, NodeGpuIdle: 1);

        Assert.True(idleNode.Score(LeastLoadedNode.Policy.Weights) > idleGpu.Score(LeastLoadedNode.Policy.Weights));
    }

    [Fact]
    public void Only_the_terms_that_count_are_named() =>
        Assert.Equal(
            ["cpu_idle", "gpus_spared", "node_few_tasks"], Everything.Named(WithoutGpu.Policy.Weights).Keys.Order());
}
