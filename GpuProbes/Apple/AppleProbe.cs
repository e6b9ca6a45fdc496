using Aurora.GpuProbes.Commands;

namespace Aurora.GpuProbes.Apple;

/// <summary>The GPU of a Mac with Apple silicon. Every tool that is asked ships with macOS and needs no rights.</summary>
internal sealed class AppleProbe(ICommandRunner commands) : IGpuProbe
{
    private ProbedGpu? _gpu;

    public string Name => "apple";

    public TimeSpan MeasureInterval => TimeSpan.FromSeconds(3);

    public async ValueTask<GpuProbeResult> DetectAsync(CancellationToken cancellationToken)
    {
        var profile = await commands.RunAsync("system_profiler", ["SPDisplaysDataType", "SPHardwareDataType", "-json"], cancellationToken);
        if (profile.Output is null)
        {
            return GpuProbeResult.Nothing(profile.Failure!);
        }

        if (AppleOutputs.ParseModel(profile.Output) is not { } model)
        {
            return GpuProbeResult.Nothing("system_profiler shows no Apple GPU");
        }

        // A key that this macOS does not have makes sysctl fail as a whole, so each is asked for itself.
        var memory = await commands.RunAsync("sysctl", ["-n", "hw.memsize"], cancellationToken);
        var limit = await commands.RunAsync("sysctl", ["-n", "iogpu.wired_limit_mb"], cancellationToken);
        _gpu = new ProbedGpu("apple-0", model)
        {
            MemoryBytes = AppleMemory.UsableByGpu(VendorNumber.Parse(memory.Output), VendorNumber.Parse(limit.Output)),
            UnifiedMemory = true,
            Integrated = true,
        };
        return new GpuProbeResult([_gpu], Settled: true, _gpu.MemoryBytes is null ? "sysctl tells no memory size" : null);
    }

    public async ValueTask<IReadOnlyList<GpuReading>> MeasureAsync(CancellationToken cancellationToken)
    {
        if (_gpu is null)
        {
            return [];
        }

        var registry = await commands.RunAsync("ioreg", ["-r", "-d", "1", "-w", "0", "-c", "IOAccelerator"], cancellationToken);
        return registry.Output is { } output && AppleOutputs.ParseLoad(output, _gpu.Key) is { } reading ? [reading] : [];
    }
}
