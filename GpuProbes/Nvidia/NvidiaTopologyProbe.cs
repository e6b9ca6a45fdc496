using Aurora.GpuProbes.Commands;

namespace Aurora.GpuProbes.Nvidia;

/// <summary>
/// How NVIDIA GPUs are linked, through the driver's tool. It finds no GPUs of its own, and a machine where it has nothing to say is described
/// by the other probes, so it leaves no note.
/// </summary>
internal sealed class NvidiaTopologyProbe(ICommandRunner commands) : IGpuProbe
{
    private const string Tool = "nvidia-smi";

    private static readonly GpuProbeResult Silent = new([], Settled: true);

    public string Name => "nvidia-topology";

    public TimeSpan MeasureInterval => TimeSpan.Zero;

    public async ValueTask<GpuProbeResult> DetectAsync(CancellationToken cancellationToken)
    {
        var addresses = await commands.RunAsync(Tool, ["--query-gpu=index,pci.bus_id", "--format=csv,noheader"], cancellationToken);
        if (addresses.Output is null || NvidiaTopology.ParseAddresses(addresses.Output) is not { Count: > 1 } byIndex)
        {
            return Silent;
        }

        var matrix = await commands.RunAsync(Tool, ["topo", "-m"], cancellationToken);
        return matrix.Output is { } output ? Silent with { Links = NvidiaTopology.Parse(output, byIndex) } : Silent;
    }

    public ValueTask<IReadOnlyList<GpuReading>> MeasureAsync(CancellationToken cancellationToken) => new([]);
}
