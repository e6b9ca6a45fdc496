using System.Text;
using Aurora.Grains.Interfaces.Output;

namespace Aurora.NodeAgent.Executors.Scripts.Supervision;

/// <summary>Finds the lines of a text that say how far a script is, however the text is cut, and hands them to the log.</summary>
internal sealed class ProgressLines(OutputLogWriter log)
{
    private readonly StringBuilder line = new();
    private bool isPassedOver;

    /// <summary>The next piece of the text.</summary>
    public void Append(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOf('\n');
            var part = end < 0 ? text : text[..end];
            isPassedOver |= line.Length + part.Length > ProgressLine.LengthMax || (line.Length == 0 && !part.IsEmpty && part[0] != '{');
            if (!isPassedOver)
            {
                line.Append(part);
            }

            if (end < 0)
            {
                return;
            }

            EndLine();
            text = text[(end + 1)..];
        }
    }

    /// <summary>What came since the last line feed is a whole line.</summary>
    public void EndLine()
    {
        if (!isPassedOver && line.Length > 0 && ProgressLine.Parse(line.ToString()) is { } progress)
        {
            log.Add(OutputKind.Progress, progress);
        }

        Forget();
    }

    /// <summary>What came since the last line feed is none.</summary>
    public void Forget()
    {
        line.Clear();
        isPassedOver = false;
    }
}
