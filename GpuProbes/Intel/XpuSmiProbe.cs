using System.Globalization;
using Aurora.GpuProbes.Commands;

namespace Aurora.GpuProbes.Intel;

/// <summary>Intel GPUs through <c>xpu-smi</c>, which knows the memory and the load that the kernel's files leave out.</summary>
internal sealed class XpuSmiProbe(ICommandRunner commands) : IGpuProbe
{
    private const string Tool = "xpu-smi";

    private IReadOnlyList<int> _devices = [];

    public string Name => Tool;

    public TimeSpan MeasureInterval => TimeSpan.FromSeconds(5);

    public async ValueTask<GpuProbeResult> DetectAsync(CancellationToken cancellationToken)
    {
        var answer = await commands.RunAsync(Tool, ["discovery", "-j"], cancellationToken);
        if (answer.Output is null)
        {
            return GpuProbeResult.Nothing(answer.Failure!);
        }

        _devices = XpuSmiJson.ParseDeviceIds(answer.Output);
        var gpus = new List<ProbedGpu>();
        foreach (var device in _devices)
        {
            var details = await AskAsync("discovery", device, cancellationToken);
            if (details is not null && XpuSmiJson.ParseDevice(details) is { } gpu)
            {
                gpus.Add(gpu);
            }
        }

        return gpus.Count > 0
            ? new GpuProbeResult(gpus, Settled: true)
            : GpuProbeResult.Nothing("xpu-smi printed no GPU that can be read");
    }

    public async ValueTask<IReadOnlyList<GpuReading>> MeasureAsync(CancellationToken cancellationToken)
    {
        var outputs = await Task.WhenAll(_devices.Select(device => AskAsync("stats", device, cancellationToken)));
        return [.. outputs.OfType<string>().Select(XpuSmiJson.ParseStats).OfType<GpuReading>()];
    }

    private async Task<string?> AskAsync(string subject, int device, CancellationToken cancellationToken)
    {
        var id = device.ToString(CultureInfo.InvariantCulture);
        return (await commands.RunAsync(Tool, [subject, "-d", id, "-j"], cancellationToken)).Output;
    }
}
