using System.Globalization;

namespace Aurora.Storage.Postgres.Statements;

/// <summary>GPU indexes as the text of an integer array: an array of arrays of different lengths cannot be a parameter.</summary>
internal static class GpuArray
{
    private static readonly string[] Single =
        [.. Enumerable.Range(0, 16).Select(index => string.Create(CultureInfo.InvariantCulture, $"{{{index}}}"))];

    public static string Format(IReadOnlyList<int> gpus) => gpus.Count switch
    {
        0 => "{}",
        1 when gpus[0] is >= 0 and < 16 => Single[gpus[0]],
        _ => $"{{{string.Join(',', gpus)}}}",
    };
}
