namespace Aurora.Grains.Interfaces.Models;

/// <summary>When two names mean the same model.</summary>
public static class ModelName
{
    private const string DefaultTag = ":latest";

    /// <summary>The form to compare: case does not matter, and a name without a tag means the tag "latest", as Ollama has it.</summary>
    public static string Canonical(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var lower = name.Trim().ToLowerInvariant();
        return lower.EndsWith(DefaultTag, StringComparison.Ordinal) && lower.Length > DefaultTag.Length ? lower[..^DefaultTag.Length] : lower;
    }
}
