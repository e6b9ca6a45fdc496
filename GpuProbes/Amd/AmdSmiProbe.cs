using Aurora.GpuProbes.Commands;

namespace Aurora.GpuProbes.Amd;

/// <summary>AMD GPUs through <c>amd-smi</c>, where the kernel's files are not to be seen.</summary>
internal sealed class AmdSmiProbe(ICommandRunner commands) : IGpuProbe
{
    private const string Tool = "amd-smi";

    public string Name => Tool;

    public TimeSpan MeasureInterval => TimeSpan.FromSeconds(5);

    public async ValueTask<GpuProbeResult> DetectAsync(CancellationToken cancellationToken)
    {
        var answer = await commands.RunAsync(Tool, ["static", "--asic", "--bus", "--vram", "--json"], cancellationToken);
        if (answer.Output is null)
        {
            return GpuProbeResult.Nothing(answer.Failure!);
        }

        var gpus = AmdSmiJson.ParseStatic(answer.Output);
        return gpus.Count > 0
            ? new GpuProbeResult(gpus, Settled: true)
            : GpuProbeResult.Nothing("amd-smi printed no GPU that can be read");
    }

    public async ValueTask<IReadOnlyList<GpuReading>> MeasureAsync(CancellationToken cancellationToken)
    {
        var answer = await commands.RunAsync(
            Tool, ["metric", "--usage", "--power", "--temperature", "--mem-usage", "--json"], cancellationToken);
        return answer.Output is { } output ? AmdSmiJson.ParseMetric(output) : [];
    }
}
