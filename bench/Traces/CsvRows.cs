using System.IO.Compression;

namespace Aurora.Bench.Traces;

/// <summary>Rows of a CSV file with a header and no quoting, plain or gzip.</summary>
internal static class CsvRows
{
    public static IEnumerable<Dictionary<string, string>> Read(string file)
    {
        using var raw = File.OpenRead(file);
        using Stream stream = file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(raw, CompressionMode.Decompress) : raw;
        using var reader = new StreamReader(stream);
        var header = reader.ReadLine()?.Split(',') ?? throw new InvalidDataException($"{file} has no header.");
        while (reader.ReadLine() is { } line)
        {
            var cells = line.Split(',');
            if (cells.Length != header.Length)
            {
                throw new InvalidDataException($"{file}: {cells.Length} cells under {header.Length} columns: {line}");
            }

            yield return header.Zip(cells).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        }
    }
}
