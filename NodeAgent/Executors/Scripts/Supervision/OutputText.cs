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
    private readonly ProgressLines? progress = kind == OutputKind.Stdout ? new ProgressLines(log) : null;

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
        progress?.Append(text);
    }
}
