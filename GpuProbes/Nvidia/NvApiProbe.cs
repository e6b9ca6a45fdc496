using System.Globalization;
using Aurora.GpuProbes.Nvidia;
using NvAPIWrapper;
using NvAPIWrapper.GPU;

namespace Aurora.GpuProbes.Nvidia
{
    /// <summary>
    /// NVIDIA GPUs through NvAPIWrapper, for a Windows machine whose driver brings neither NVML nor nvidia-smi. It tells no
    /// UUID and no PCI address, so it comes last. This file is compiled only with <c>-p:AuroraNvApi=true</c> (the default on
    /// Windows) or <c>stub</c>.
    /// </summary>
    internal sealed class NvApiProbe : IGpuProbe
    {
        private const long KiB = 1024;

        private IReadOnlyList<PhysicalGPU> _gpus = [];

        public string Name => "nvapi";

        public TimeSpan MeasureInterval => TimeSpan.Zero;

        public ValueTask<GpuProbeResult> DetectAsync(CancellationToken cancellationToken)
        {
            NVIDIA.Initialize();

            // Compute cards in TCC mode are no display devices and come in a list of their own.
            _gpus = [.. PhysicalGPU.GetPhysicalGPUs(), .. PhysicalGPU.GetTCCPhysicalGPUs()];
            if (_gpus.Count == 0)
            {
                return new(GpuProbeResult.Nothing("the driver shows no GPU"));
            }

            var version = NVIDIA.DriverVersion;
            return new(new GpuProbeResult([.. _gpus.Select(Describe)], Settled: true)
            {
                Facts = new Dictionary<string, object>
                {
                    [GpuFactNames.CudaAvailable] = true,
                    [GpuFactNames.DriverVersion] = string.Create(CultureInfo.InvariantCulture, $"{version / 100}.{version % 100:00}"),
                },
            });
        }

        public ValueTask<IReadOnlyList<GpuReading>> MeasureAsync(CancellationToken cancellationToken) => new([.. _gpus.Select(Measure)]);

        private static ProbedGpu Describe(PhysicalGPU gpu, int index) => new(Key(index), "NVIDIA " + gpu.FullName)
        {
            MemoryBytes = gpu.MemoryInformation.DedicatedVideoMemoryInkB * KiB,
        };

        private static GpuReading Measure(PhysicalGPU gpu, int index)
        {
            var sensors = gpu.ThermalInformation.ThermalSensors.ToList();
            return new GpuReading(Key(index))
            {
                MemoryFreeBytes = gpu.MemoryInformation.CurrentAvailableDedicatedVideoMemoryInkB * KiB,
                Utilization = VendorNumber.Ratio(gpu.UsageInformation.GPU.Percentage),
                TemperatureCelsius = sensors.Count > 0 ? sensors[0].CurrentTemperature : null,
            };
        }

        private static string Key(int index) => $"nvapi-{index}";
    }
}

namespace Aurora.GpuProbes
{
    internal static partial class GpuProbeOrder
    {
        static partial void AddNvApi(List<IGpuProbe> family) => family.Add(new NvApiProbe());
    }
}
