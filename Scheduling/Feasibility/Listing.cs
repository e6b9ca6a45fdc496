namespace Aurora.Scheduling.Feasibility;

/// <summary>Lists and counts as people read them.</summary>
internal static class Listing
{
    private const int NamesMax = 5;

    /// <summary>The different names in order, the first few of many; "nothing" for none.</summary>
    public static string Print(IEnumerable<string> names)
    {
        var distinct = names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return distinct.Count switch
        {
            0 => "nothing",
            <= NamesMax => string.Join(", ", distinct),
            _ => $"{string.Join(", ", distinct.Take(NamesMax))} and {distinct.Count - NamesMax} more",
        };
    }

    public static string Gpus(int count) => count == 1 ? "1 GPU" : $"{count} GPUs";

    public static string Nodes(int count) => count == 1 ? "1 node" : $"{count} nodes";

    public static string Each(int gpus) => gpus == 1 ? "one GPU" : $"each of {gpus} GPUs";
}
