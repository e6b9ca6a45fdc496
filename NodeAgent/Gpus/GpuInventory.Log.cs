using Aurora.GpuProbes;
using Microsoft.Extensions.Logging;

namespace Aurora.NodeAgent.Gpus;

internal sealed partial class GpuInventory
{
    private void LogFound()
    {
        foreach (var device in Devices)
        {
            LogDevice(device.Index, device.Type, device.MemoryBytes / NominalMemory.GB, device.Uuid);
        }

        if (Devices.Count == 0)
        {
            LogNone();
        }

        if (_local.WithoutDriver is { } address)
        {
            LogWithoutDriver(address);
        }

        foreach (var (probe, result) in _local.Answers)
        {
            if (result.Note is { } note)
            {
                LogNote(probe.Name, note);
            }
        }
    }

    // One line when a probe starts to fail and one when it recovers, not one each second.
    private void LogChanges()
    {
        lock (_failing)
        {
            foreach (var (probe, failed) in _local.Meters)
            {
                if (failed is { } failure)
                {
                    if (_failing.Add(probe))
                    {
                        LogMeasureFailed(probe, failure);
                    }
                }
                else if (_failing.Remove(probe))
                {
                    LogMeasureRecovered(probe);
                }
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "GPU {Index}: {Type}, {MemoryGB} GB, {Uuid}")]
    private partial void LogDevice(int index, string type, long memoryGB, string? uuid);

    [LoggerMessage(LogLevel.Information, "No GPU found; the node is CPU only")]
    private partial void LogNone();

    [LoggerMessage(LogLevel.Warning, "An NVIDIA GPU is at {Address}, and no driver answers: install NVIDIA's driver, or start the machine again after an upgrade of it; then start the agent again")]
    private partial void LogWithoutDriver(string address);

    [LoggerMessage(LogLevel.Information, "GPU probe {Probe}: {Note}")]
    private partial void LogNote(string probe, string note);

    [LoggerMessage(LogLevel.Warning, "GPU probe {Probe} gives no telemetry: {Reason}")]
    private partial void LogMeasureFailed(string probe, string reason);

    [LoggerMessage(LogLevel.Information, "GPU probe {Probe} gives telemetry again")]
    private partial void LogMeasureRecovered(string probe);
}
