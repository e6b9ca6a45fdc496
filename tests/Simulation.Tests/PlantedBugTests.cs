using Aurora.Simulation.Tests.Model;

namespace Aurora.Simulation.Tests;

/// <summary>The invariants are worth what they catch.</summary>
public sealed class PlantedBugTests
{
    private const int SeedsMax = 8000;
    private const int Steps = 2000;

    public static TheoryData<PlantedBug> Bugs => [.. Enum.GetValues<PlantedBug>().Where(bug => bug != PlantedBug.None)];

    [Theory]
    [MemberData(nameof(Bugs))]
    public void A_planted_bug_is_caught(PlantedBug bug) => Assert.Contains(
        Enumerable.Range(1, SeedsMax), seed => Model.Simulation.Run(seed, Steps, bug).Violation is not null);
}
