using System.Text;
using Aurora.Grains.Interfaces.Output;

namespace Aurora.NodeAgent.Executors.Scripts.Supervision;

/// <summary>
/// The bytes of one output stream as text for the log: what is no UTF-8, and NUL, become U+FFFD; everything else, ANSI sequences
/// too, stays as it is. On standard output it also finds the lines that say how far the script is.
/// </summary>
internal sealed class OutputText(OutputKind kind, OutputLogWriter log)
{
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder line = new();
    private bool isPassedOver;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var characters = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length)];
        var text = characters.AsSpan(0, decoder.GetChars(bytes, characters, flush: false));
        if (text.IsEmpty)
        {
            return;
        }

        text.Replace('\0', '\uFFFD');
        log.Add(kind, text.ToString());
        if (kind == OutputKind.Stdout)
        {
            FindProgress(text);
        }
    }

    private void FindProgress(ReadOnlySpan<char> text)
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

            if (!isPassedOver && ProgressLine.Parse(line.ToString()) is { } progress)
            {
                log.Add(OutputKind.Progress, progress);
            }

            line.Clear();
            isPassedOver = false;
            text = text[(end + 1)..];
        }
    }
}
