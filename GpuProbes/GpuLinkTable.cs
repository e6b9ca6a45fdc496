namespace Aurora.GpuProbes;

/// <summary>The links between the GPUs of a machine, by their indexes.</summary>
internal static class GpuLinkTable
{
    private const string Itself = "X";

    /// <summary>A row for each GPU with the name of its link to each other one; null where no link is known.</summary>
    public static string?[][]? Of(IReadOnlyList<MergedGpu> gpus, IEnumerable<ProbedLink> links)
    {
        var names = new Dictionary<(string, string), string>();
        foreach (var link in links)
        {
            names.TryAdd((link.One, link.Other), link.Name);
            names.TryAdd((link.Other, link.One), link.Name);
        }

        string?[][] table = [.. gpus.Select((one, row) => gpus.Select((other, column) => row == column ? Itself : NameOf(one, other)).ToArray())];
        return table.Any(row => row.Any(name => name is not null and not Itself)) ? table : null;

        // The MIG devices of a board share its address and have no link to each other.
        string? NameOf(MergedGpu one, MergedGpu other) =>
            one.Gpu.PciId is { } pci && other.Gpu.PciId is { } otherPci ? names.GetValueOrDefault((pci, otherPci)) : null;
    }
}
