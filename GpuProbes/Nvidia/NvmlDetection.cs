using System.Globalization;
using Aurora.GpuProbes.Hosts;

namespace Aurora.GpuProbes.Nvidia;

/// <summary>Lists the devices of a started NVML. A device that fails never hides the others; it leaves a note.</summary>
internal sealed class NvmlDetection(INvml nvml, HostFiles files)
{
    public List<NvmlDevice> Devices { get; } = [];

    public List<string> Notes { get; } = [];

    /// <summary>Fills <see cref="Devices"/> and <see cref="Notes"/>.</summary>
    public void Run()
    {
        var count = nvml.DeviceCount();
        if (!count.Ok)
        {
            Notes.Add($"cannot count devices: {NvmlReasons.Of(count.Code)}");
            return;
        }

        for (uint index = 0; index < count.Value; index++)
        {
            var device = nvml.Device(index);
            if (!device.Ok)
            {
                Notes.Add($"device {index}: {NvmlReasons.Of(device.Code)}");
            }
            else if (nvml.MigEnabled(device.Value) is { Ok: true, Value: true })
            {
                AddMigDevices(device.Value, index);
            }
            else
            {
                Devices.Add(new NvmlDevice(Describe(device.Value, index), device.Value, device.Value));
            }
        }
    }

    /// <summary>Version 2 tells reserved memory apart; older drivers and some devices have only version 1.</summary>
    public static NvmlMemory? ReadMemory(INvml nvml, nint device)
    {
        var memory = nvml.MemoryV2(device);
        if (!memory.Ok)
        {
            memory = nvml.MemoryV1(device);
        }

        return memory is { Ok: true, Value.TotalBytes: > 0 } ? memory.Value : null;
    }

    private ProbedGpu Describe(nint device, uint index)
    {
        var name = nvml.Name(device) is { Ok: true, Value.Length: > 0 } answer ? answer.Value : "NVIDIA GPU";
        var uuid = Known(nvml.Uuid(device));
        var pciId = PciAddress.Normalize(Known(nvml.PciBusId(device)));
        var told = new ProbedGpu(uuid ?? pciId ?? $"nvml-{index}", name)
        {
            Uuid = uuid,
            PciId = pciId,
            MemoryBytes = ReadMemory(nvml, device)?.TotalBytes,
        };
        var gpu = UnifiedMemoryDevices.Complete(told, files);
        if (gpu.MemoryBytes is null)
        {
            Notes.Add($"device {index} ({name}) does not tell its memory");
        }

        return gpu;
    }

    // With MIG on, the whole GPU runs nothing: only its MIG devices do, each as a GPU of its own.
    private void AddMigDevices(nint board, uint index)
    {
        var parent = Describe(board, index);
        var before = Devices.Count;
        var slots = nvml.MaxMigDeviceCount(board);
        for (uint slot = 0; slots.Ok && slot < slots.Value; slot++)
        {
            // A slot without a device answers "not found": a GPU is rarely cut into its smallest pieces.
            if (nvml.MigDevice(board, slot) is { Ok: true, Value: var device })
            {
                Devices.Add(new NvmlDevice(DescribeMig(parent, device, slot), device, board));
            }
        }

        if (Devices.Count == before)
        {
            Notes.Add($"device {index} ({parent.Type}) has MIG on and no MIG device, so it can run nothing");
        }
    }

    private ProbedGpu DescribeMig(ProbedGpu parent, nint device, uint slot)
    {
        var uuid = Known(nvml.Uuid(device));
        var shape = nvml.MigShape(device);
        var memory = shape.Ok ? shape.Value.MemoryBytes : ReadMemory(nvml, device)?.TotalBytes;
        var nominal = memory is { } bytes ? NominalMemory.OfDedicated(bytes) : 0;
        var profile = shape.Ok
            ? string.Create(CultureInfo.InvariantCulture, $" MIG {shape.Value.GpuSlices}g.{nominal / NominalMemory.GB}gb")
            : " MIG";
        return parent with
        {
            Key = uuid ?? $"{parent.Key}/mig-{slot}",
            Type = parent.Type + profile,
            Uuid = uuid,
            MemoryBytes = memory,
        };
    }

    private static string? Known(NvmlAnswer<string> answer) => answer is { Ok: true, Value.Length: > 0 } ? answer.Value : null;
}
