namespace Aurora.Repository.Tests;

/// <summary>Namespaces, then static ones, then aliases; each by its parts, and what begins with <c>System</c> first.</summary>
internal sealed class ImportOrder : IComparer<string>
{
    public static readonly ImportOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var (left, right) = (Parse(x!), Parse(y!));
        var order = left.Kind.CompareTo(right.Kind);
        order = order != 0 ? order : left.IsOfOthers.CompareTo(right.IsOfOthers);
        for (var i = 0; order == 0 && i < Math.Max(left.Parts.Length, right.Parts.Length); i++)
        {
            order = string.Compare(left.Parts.ElementAtOrDefault(i), right.Parts.ElementAtOrDefault(i), StringComparison.OrdinalIgnoreCase);
        }

        return order;
    }

    private static (int Kind, bool IsOfOthers, string[] Parts) Parse(string line)
    {
        const string Static = "static ";
        var import = line["using ".Length..^1];
        var isAlias = import.Contains('=', StringComparison.Ordinal);
        var isStatic = import.StartsWith(Static, StringComparison.Ordinal);
        var parts = import.Split('=')[0][(isStatic ? Static.Length : 0)..].Trim().Split('.');
        return (isAlias ? 2 : isStatic ? 1 : 0, isAlias || parts[0] != "System", parts);
    }
}
