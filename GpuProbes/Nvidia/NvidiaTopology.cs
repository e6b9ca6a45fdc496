using System.Globalization;
using System.Text.RegularExpressions;

namespace Aurora.GpuProbes.Nvidia;

/// <summary>
/// Reads <c>nvidia-smi topo -m</c>: a matrix whose first columns and rows are the GPUs, then network cards and affinities, then a legend. The
/// head may be underlined with terminal codes. What does not look like a link is passed over.
/// </summary>
internal static partial class NvidiaTopology
{
    /// <summary>From <c>--query-gpu=index,pci.bus_id --format=csv,noheader</c>: normalised addresses by the tool's index.</summary>
    public static IReadOnlyDictionary<int, string> ParseAddresses(string output)
    {
        var addresses = new Dictionary<int, string>();
        foreach (var line in output.Split('\n'))
        {
            if (line.Split(',', StringSplitOptions.TrimEntries) is [var index, var address]
                && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && PciAddress.Normalize(address) is { } pci)
            {
                addresses.TryAdd(number, pci);
            }
        }

        return addresses;
    }

    /// <summary>The links between GPUs whose addresses are known, each once.</summary>
    public static IReadOnlyList<ProbedLink> Parse(string output, IReadOnlyDictionary<int, string> addresses)
    {
        var links = new List<ProbedLink>();
        int[]? columns = null;
        foreach (var line in output.Split('\n'))
        {
            var words = TerminalCode().Replace(line, "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (columns is null)
            {
                columns = [.. words.TakeWhile(word => IndexOf(word) is not null).Select(word => IndexOf(word)!.Value)];
                columns = columns.Length > 0 ? columns : null;
            }
            else if (words.Length > columns.Length && IndexOf(words[0]) is { } row)
            {
                for (var column = 0; column < columns.Length; column++)
                {
                    if (row < columns[column] && LinkName().IsMatch(words[column + 1])
                        && addresses.TryGetValue(row, out var one) && addresses.TryGetValue(columns[column], out var other))
                    {
                        links.Add(new ProbedLink(one, other, words[column + 1]));
                    }
                }
            }
        }

        return links;
    }

    private static int? IndexOf(string word) =>
        word.StartsWith("GPU", StringComparison.Ordinal) && int.TryParse(word.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : null;

    [GeneratedRegex(@"\x1b\[[0-9;]*m", RegexOptions.CultureInvariant)]
    private static partial Regex TerminalCode();

    [GeneratedRegex(@"^(NV[1-9][0-9]*|PIX|PXB|PHB|NODE|SYS)$", RegexOptions.CultureInvariant)]
    private static partial Regex LinkName();
}
