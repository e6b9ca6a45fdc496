using System.Globalization;
using System.Text;
using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.NodeAgent.Agent;

/// <summary>
/// A result that is larger than the connection carries. Sent all the same it would end the connection, and so would every repeat, with
/// all that the node runs beside it. The next attempt may be on a node whose connection carries more.
/// </summary>
internal static class ReportSize
{
    private const int Utf8BytesOfCharacter = 3;

    /// <summary>The reports, with a failure that says why in the place of each whose result has more than <paramref name="resultBytesMax"/> bytes.</summary>
    public static AttemptReport[] Fit(AttemptReport[] reports, int resultBytesMax) => Array.ConvertAll(reports, report => Fit(report, resultBytesMax));

    private static AttemptReport Fit(AttemptReport report, int resultBytesMax)
    {
        if (report.Result is not { } result || (long)result.Length * Utf8BytesOfCharacter <= resultBytesMax
            || Encoding.UTF8.GetByteCount(result) is var bytes && bytes <= resultBytesMax)
        {
            return report;
        }

        return report with
        {
            Kind = AttemptReportKind.Failed,
            Result = null,
            Error = string.Create(
                CultureInfo.InvariantCulture,
                $"its result has {bytes} bytes, and this node's connection carries {resultBytesMax}: let it be smaller (a batch_size of embeddings), or a file in AURORA_OUTPUT_DIR, or give the node AURORA_TRANSPORT=orleans"),
        };
    }
}
