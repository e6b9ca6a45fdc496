namespace Aurora.Repository.Tests;

/// <summary>Lists everything that breaks a rule, so that one run is enough to mend it.</summary>
internal static class Violations
{
    public static void AssertNone(IEnumerable<string> violations)
    {
        var all = violations.ToList();
        Assert.True(all.Count == 0, $"{all.Count} to mend:\n{string.Join('\n', all)}");
    }
}
