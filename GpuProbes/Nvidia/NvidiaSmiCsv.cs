using System.Text.RegularExpressions;

namespace Aurora.GpuProbes.Nvidia;

/// <summary>Reads <c>nvidia-smi --query-gpu=… --format=csv,noheader,nounits</c>. Lines that are no GPU are passed over.</summary>
internal static partial class NvidiaSmiCsv
{
    public const string Columns =
        "uuid,pci.bus_id,name,memory.total,memory.used,memory.free,utilization.gpu,temperature.gpu,power.draw,driver_version";

    private const int ColumnCount = 10;
    private const long MiB = 1 << 20;

    public static IReadOnlyList<NvidiaSmiRow> Parse(string output) =>
        [.. output.Split('\n').Select(ParseLine).OfType<NvidiaSmiRow>()];

    /// <summary>From the header of the plain output; null when it is not there.</summary>
    public static string? CudaVersion(string? output) =>
        output is not null && CudaVersionPattern().Match(output) is { Success: true } match ? match.Groups[1].Value : null;

    private static NvidiaSmiRow? ParseLine(string line)
    {
        var fields = line.Split(',', StringSplitOptions.TrimEntries);

        // A real line names a device by its id; a message of the tool that happens to have commas does not.
        if (fields.Length != ColumnCount || !fields[0].StartsWith("GPU-", StringComparison.Ordinal))
        {
            return null;
        }

        var key = fields[0];
        var gpu = new ProbedGpu(key, Known(fields[2]) ?? "NVIDIA GPU")
        {
            Uuid = key,
            PciId = PciAddress.Normalize(fields[1]),
            MemoryBytes = VendorNumber.Bytes(VendorNumber.Parse(fields[3]), MiB),
        };
        var reading = new GpuReading(key)
        {
            MemoryUsedBytes = VendorNumber.Bytes(VendorNumber.Parse(fields[4]), MiB),
            MemoryFreeBytes = VendorNumber.Bytes(VendorNumber.Parse(fields[5]), MiB),
            Utilization = VendorNumber.Ratio(VendorNumber.Parse(fields[6])),
            TemperatureCelsius = VendorNumber.Parse(fields[7]),
            PowerWatts = VendorNumber.Parse(fields[8]),
        };
        return new NvidiaSmiRow(gpu, reading, Known(fields[9]));
    }

    // "[N/A]", "[Not Supported]", "[Unknown Error]".
    private static string? Known(string field) => field.Length == 0 || field[0] == '[' || field == "N/A" ? null : field;

    [GeneratedRegex(@"CUDA Version:\s*([0-9]+\.[0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex CudaVersionPattern();
}

/// <summary>One line: what the GPU is and what it measures.</summary>
internal sealed record NvidiaSmiRow(ProbedGpu Gpu, GpuReading Reading, string? DriverVersion);
