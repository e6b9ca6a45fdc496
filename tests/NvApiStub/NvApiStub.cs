// The signatures of NvAPIWrapper that the NvAPI probe uses, so that it compiles where the package is not to be had:
// dotnet build NodeAgent -p:AuroraNvApi=stub. There is no GPU behind them.

namespace NvAPIWrapper
{
    public static class NVIDIA
    {
        public static uint DriverVersion => 0;

        public static void Initialize()
        {
        }
    }
}

namespace NvAPIWrapper.GPU
{
    public sealed class PhysicalGPU
    {
        private PhysicalGPU()
        {
        }

        public string FullName { get; } = "";

        public GPUMemoryInformation MemoryInformation { get; } = new();

        public GPUUsageInformation UsageInformation { get; } = new();

        public GPUThermalInformation ThermalInformation { get; } = new();

        public static PhysicalGPU[] GetPhysicalGPUs() => [];

        public static PhysicalGPU[] GetTCCPhysicalGPUs() => [];
    }

    public sealed class GPUMemoryInformation
    {
        public uint DedicatedVideoMemoryInkB { get; }

        public uint CurrentAvailableDedicatedVideoMemoryInkB { get; }
    }

    public sealed class GPUUsageInformation
    {
        public GPUUsageDomainStatus GPU { get; } = new();
    }

    public sealed class GPUUsageDomainStatus
    {
        public int Percentage { get; }
    }

    public sealed class GPUThermalInformation
    {
        public IEnumerable<GPUThermalSensor> ThermalSensors { get; } = [];
    }

    public sealed class GPUThermalSensor
    {
        public int CurrentTemperature { get; }
    }
}
