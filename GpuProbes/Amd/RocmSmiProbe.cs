using Aurora.GpuProbes.Commands;

namespace Aurora.GpuProbes.Amd;

/// <summary>AMD GPUs through <c>rocm-smi</c>, which older ROCm versions have in place of <c>amd-smi</c>.</summary>
internal sealed class RocmSmiProbe(ICommandRunner commands) : IGpuProbe
{
    private const string Tool = "rocm-smi";

    private static readonly string[] Query =
        ["--showproductname", "--showuniqueid", "--showbus", "--showmeminfo", "vram", "--showuse", "--showtemp", "--showpower", "--json"];

    public string Name => Tool;

    public TimeSpan MeasureInterval => TimeSpan.FromSeconds(5);

    public async ValueTask<GpuProbeResult> DetectAsync(CancellationToken cancellationToken)
    {
        var answer = await commands.RunAsync(Tool, Query, cancellationToken);
        if (answer.Output is null)
        {
            return GpuProbeResult.Nothing(answer.Failure!);
        }

        var gpus = RocmSmiJson.ParseGpus(answer.Output);
        return gpus.Count > 0
            ? new GpuProbeResult(gpus, Settled: true)
            : GpuProbeResult.Nothing("rocm-smi printed no GPU that can be read");
    }

    public async ValueTask<IReadOnlyList<GpuReading>> MeasureAsync(CancellationToken cancellationToken)
    {
        var answer = await commands.RunAsync(Tool, Query, cancellationToken);
        return answer.Output is { } output ? RocmSmiJson.ParseReadings(output) : [];
    }
}
