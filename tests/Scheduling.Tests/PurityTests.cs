using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Tests;

public sealed class PurityTests
{
    [Fact]
    public void The_core_references_the_base_library_and_nothing_else() =>
        Assert.All(
            typeof(MeshPlanner).Assembly.GetReferencedAssemblies(),
            reference => Assert.StartsWith("System.", reference.Name, StringComparison.Ordinal));
}
