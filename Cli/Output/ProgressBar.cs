using System.Globalization;

namespace Aurora.Cli.Output;

/// <summary>A bar on standard error while a person watches; nothing in a pipe or a file.</summary>
internal sealed class ProgressBar : IDisposable
{
    private const int Width = 24;
    private const string ClearLine = "\r\u001b[K";

    private readonly bool watched = !Console.IsErrorRedirected;
    private bool drawn;

    /// <summary>How often it is worth drawing; long where nobody watches.</summary>
    public TimeSpan Interval => TimeSpan.FromSeconds(watched ? 1 : 30);

    /// <param name="share">0 to 1.</param>
    public void Show(double share, string text)
    {
        if (watched)
        {
            drawn = true;
            var full = (int)(Math.Clamp(share, 0, 1) * Width);
            Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"{ClearLine}[{new string('#', full)}{new string('.', Width - full)}] {share * 100:0} %  {text}"));
        }
    }

    public void Clear()
    {
        if (drawn)
        {
            drawn = false;
            Console.Error.Write(ClearLine);
        }
    }

    public void Dispose() => Clear();
}
