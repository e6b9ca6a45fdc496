using System.Text;

namespace Aurora.Cli.Output;

/// <summary>
/// Columns for people that programs can cut: no frames, no colours, no wrapping at a width that nobody asked for.
/// </summary>
internal sealed class Table(params string[] headers)
{
    private readonly List<string[]> rows = [headers];

    public void Add(params string?[] cells) => rows.Add([.. cells.Select(cell => string.IsNullOrEmpty(cell) ? "-" : cell.ReplaceLineEndings(" "))]);

    public override string ToString()
    {
        var widths = Enumerable.Range(0, headers.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        foreach (var row in rows)
        {
            text.AppendLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }

        return text.ToString();
    }
}
