using Aurora.GpuProbes.Commands;
using Aurora.GpuProbes.Hosts;

namespace Aurora.GpuProbes.Nvidia;

/// <summary>
/// NVIDIA GPUs through the driver's tool, for machines where the library does not load. Its output is not promised to
/// stay, so the columns are asked for by name and every one of them may be missing.
/// </summary>
internal sealed class NvidiaSmiProbe(ICommandRunner commands, HostFiles files) : IGpuProbe
{
    private const string Tool = "nvidia-smi";

    private static readonly string[] Query = [$"--query-gpu={NvidiaSmiCsv.Columns}", "--format=csv,noheader,nounits"];

    public string Name => "nvidia-smi";

    public TimeSpan MeasureInterval => TimeSpan.FromSeconds(5);

    public async ValueTask<GpuProbeResult> DetectAsync(CancellationToken cancellationToken)
    {
        var answer = await commands.RunAsync(Tool, Query, cancellationToken);
        if (answer.Output is null)
        {
            return GpuProbeResult.Nothing(answer.Failure!);
        }

        var rows = NvidiaSmiCsv.Parse(answer.Output);
        if (rows.Count == 0)
        {
            return GpuProbeResult.Nothing("nvidia-smi printed no GPU that can be read");
        }

        var facts = new Dictionary<string, object> { [GpuFactNames.CudaAvailable] = true };
        if (rows[0].DriverVersion is { } driver)
        {
            facts[GpuFactNames.DriverVersion] = driver;
        }

        // The CUDA version is no column: it stands only in the header of the plain output.
        var header = await commands.RunAsync(Tool, [], cancellationToken);
        if (NvidiaSmiCsv.CudaVersion(header.Output) is { } cuda)
        {
            facts[GpuFactNames.CudaVersion] = cuda;
        }

        return new GpuProbeResult([.. rows.Select(row => UnifiedMemoryDevices.Complete(row.Gpu, files))], Settled: true) { Facts = facts };
    }

    public async ValueTask<IReadOnlyList<GpuReading>> MeasureAsync(CancellationToken cancellationToken)
    {
        var answer = await commands.RunAsync(Tool, Query, cancellationToken);
        return answer.Output is { } output ? [.. NvidiaSmiCsv.Parse(output).Select(row => row.Reading)] : [];
    }
}
