using System.Globalization;

namespace Aurora.Simulation.Tests;

/// <summary>Many worlds, each from its seed. AURORA_SIMULATION_SEEDS and AURORA_SIMULATION_STEPS ask for more.</summary>
public sealed class SimulationTests
{
    private static readonly int Seeds = Number("AURORA_SIMULATION_SEEDS", 300);
    private static readonly int Steps = Number("AURORA_SIMULATION_STEPS", 2000);

    [Fact]
    public void No_seed_breaks_a_promise()
    {
        var results = Enumerable.Range(1, Seeds).AsParallel().Select(seed => Model.Simulation.Run(seed, Steps)).ToList();

        var broken = results.Where(result => result.Violation is not null).OrderBy(result => result.Seed).ToList();
        Assert.True(broken.Count == 0, $"{broken.Count} of {Seeds} seeds: " + string.Join("; ", broken.Take(10).Select(result => $"seed {result.Seed} {result.Violation}")));
        Assert.All(results, result => Assert.True(result.Accepted > 0 && result.Executions > 0, $"seed {result.Seed} did nothing"));
        Assert.True(results.Sum(result => result.Gangs) > Seeds, $"only {results.Sum(result => result.Gangs)} gangs were completed");
    }

    [Fact]
    public void A_seed_tells_the_same_history_twice() =>
        Assert.Equal(Model.Simulation.Run(7, Steps), Model.Simulation.Run(7, Steps));

    private static int Number(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
