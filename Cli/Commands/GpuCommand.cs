using System.Globalization;
using Aurora.GpuProbes;

namespace Aurora.Cli.Commands;

/// <summary><c>aurora gpu</c>: what a node on this machine would announce; no mesh is asked.</summary>
internal static class GpuCommand
{
    public static Command Create()
    {
        var mesh = new Option<bool>("--mesh") { Description = "The GPUs of every node of the mesh instead." };
        var command = new Command("gpu", "The GPUs of this machine, as a node agent finds them. No mesh is needed.") { mesh };
        command.SetLocalAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(mesh))
            {
                using var connected = parsed.Mesh();
                return await ShowMeshAsync(parsed, connected, cancellationToken);
            }

            var report = await LookAsync(cancellationToken);
            if (parsed.IsJson())
            {
                Json.Print(report, Json.Default.LocalGpuReport);
            }
            else
            {
                await Console.Out.WriteAsync(Describe(report));
                foreach (var note in report.Notes)
                {
                    await Console.Error.WriteLineAsync(note);
                }
            }

            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>What the agent's probes find and measure now.</summary>
    /// <exception cref="UsageException">The GPUs that the environment states cannot be read.</exception>
    public static async Task<LocalGpuReport> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = await LocalGpus.DetectAsync(GpuProbeOptions.FromEnvironment(), cancellationToken);
            var readings = await found.MeasureAsync(cancellationToken);
            return new LocalGpuReport(
                [.. found.Gpus.Select((gpu, index) => Describe(index, gpu.Gpu, readings[index]))],
                found.Facts.GetValueOrDefault(GpuFactNames.Probe) as string ?? "none",
                found.Facts.GetValueOrDefault(GpuFactNames.DriverVersion) as string,
                found.Facts.GetValueOrDefault(GpuFactNames.CudaVersion) as string,
                found.Facts.GetValueOrDefault(GpuFactNames.ProbeNotes) as string[] ?? [],
                found.WithoutDriver);
        }
        catch (GpuConfigurationException failure)
        {
            throw new UsageException(failure.Message);
        }
    }

    private static MeshGpu Describe(int index, ProbedGpu gpu, GpuReading? reading)
    {
        var memory = NominalMemory.Of(gpu);
        return new MeshGpu(
            index, gpu.Type, memory, ReservedBytes: 0, gpu.Uuid, reading is { } measured ? LiveMemory.UsedOf(memory, gpu.MemoryBytes, measured) : null,
            reading?.Utilization, reading?.TemperatureCelsius, reading?.PowerWatts)
        {
            Errors = reading?.Errors is { } errors ? [.. Counts(errors)] : null,
        };
    }

    private static IEnumerable<MeshGpuError> Counts(GpuErrors errors)
    {
        if (errors.EccCorrected is { } corrected)
        {
            yield return new MeshGpuError("ecc_corrected", null, corrected);
        }

        if (errors.EccUncorrected is { } uncorrected)
        {
            yield return new MeshGpuError("ecc_uncorrected", null, uncorrected);
        }

        foreach (var (xid, count) in errors.Xids)
        {
            yield return new MeshGpuError("xid", xid, count);
        }
    }

    private static string Describe(LocalGpuReport report)
    {
        if (report.Gpus.Count == 0)
        {
            return "No GPU found; this machine would join as CPU only." + Environment.NewLine;
        }

        var table = new Table("GPU", "TYPE", "MEMORY", "USED", "BUSY", "TEMP", "POWER", "ERRORS", "UUID");
        foreach (var gpu in report.Gpus)
        {
            table.Add(
                gpu.Index.ToString(CultureInfo.InvariantCulture), gpu.Type, Words.Gb(gpu.MemoryBytes), Words.Gb(gpu.MemoryUsedBytes), Words.Percent(gpu.Utilization),
                Words.Number(gpu.TemperatureCelsius, "°C"), Words.Number(gpu.PowerWatts, "W"), Words.Errors(gpu.Errors), gpu.Uuid);
        }

        string?[] facts = [$"found by {report.Probe}", report.DriverVersion is { } driver ? $"driver {driver}" : null, report.CudaVersion is { } cuda ? $"CUDA {cuda}" : null];
        return $"{table}{string.Join(", ", facts.OfType<string>())}{Environment.NewLine}";
    }

    private static async Task<int> ShowMeshAsync(ParseResult parsed, AuroraHttpMesh mesh, CancellationToken cancellationToken)
    {
        var nodes = await mesh.ListNodesAsync(cancellationToken);
        if (parsed.IsJson())
        {
            Json.Print([.. nodes.Where(node => node.Gpus.Count > 0)], Json.Default.IReadOnlyListMeshNode);
            return ExitCode.Ok;
        }

        var table = new Table("NODE", "GPU", "TYPE", "MEMORY", "USED", "RESERVED", "BUSY", "TEMP", "POWER", "ERRORS");
        foreach (var (node, gpu) in nodes.OrderBy(node => node.NodeId, StringComparer.Ordinal).SelectMany(node => node.Gpus, (node, gpu) => (node, gpu)))
        {
            table.Add(
                node.NodeId, $"{gpu.Index}", gpu.Type, Words.Gb(gpu.MemoryBytes), Words.Gb(gpu.MemoryUsedBytes), Words.Gb(gpu.ReservedBytes),
                Words.Percent(gpu.Utilization), Words.Number(gpu.TemperatureCelsius, "°C"), Words.Number(gpu.PowerWatts, "W"), Words.Errors(gpu.Errors));
        }

        await Console.Out.WriteAsync(table.ToString());
        return ExitCode.Ok;
    }
}

/// <summary>The GPUs of this machine.</summary>
/// <param name="Probe">What found them; <c>none</c> for nothing.</param>
/// <param name="Notes">What a probe could not do, and why.</param>
/// <param name="WithoutDriver">The PCI address of an NVIDIA GPU that no driver answers for.</param>
internal sealed record LocalGpuReport(
    IReadOnlyList<MeshGpu> Gpus, string Probe, string? DriverVersion, string? CudaVersion, IReadOnlyList<string> Notes, string? WithoutDriver = null);
