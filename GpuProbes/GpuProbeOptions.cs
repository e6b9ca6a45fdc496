namespace Aurora.GpuProbes;

/// <summary>Where and how to look for GPUs.</summary>
internal sealed class GpuProbeOptions
{
    /// <summary>False makes the node CPU only, whatever it has. Default: true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The GPUs as JSON, stated instead of detected; see <see cref="StatedGpus"/>. Default: null, detect.</summary>
    public string? Stated { get; init; }

    /// <summary>The NVML library to load in place of the driver's. Default: null, the names of <see cref="Nvidia.NvmlLibrary"/>.</summary>
    public string? NvmlPath { get; init; }

    /// <summary>What <c>/sys</c>, <c>/proc</c> and <c>/usr/share</c> are under. Default: the root of the file system.</summary>
    public string RootPath { get; init; } = "/";

    /// <summary>Folders of the vendors' tools, as in PATH. Default: null, the process's PATH.</summary>
    public string? SearchPath { get; init; }

    /// <summary>How long one probe may take to detect. Default: 10 s.</summary>
    public TimeSpan DetectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a measurement may keep the caller. Default: 800 ms, within the one second between two calls.</summary>
    public TimeSpan MeasureTimeout { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>The options that the environment states.</summary>
    /// <param name="read">Reads a variable; null reads the process's own.</param>
    /// <exception cref="GpuConfigurationException">The stated GPUs cannot be read.</exception>
    public static GpuProbeOptions FromEnvironment(Func<string, string?>? read = null)
    {
        read ??= Environment.GetEnvironmentVariable;
        var options = new GpuProbeOptions
        {
            // Only a plain "no" turns GPUs off: an unknown word must not silently take a machine's GPUs out of the mesh.
            Enabled = read("GPU_ENABLED")?.Trim().ToLowerInvariant() is not ("false" or "0" or "no" or "off"),
            Stated = NotBlank(read(StatedGpus.Variable)),
            NvmlPath = NotBlank(read("AURORA_NVML_PATH")),
        };
        if (options is { Enabled: true, Stated: { } stated })
        {
            _ = StatedGpus.Parse(stated);
        }

        return options;
    }

    // A compose file passes a variable that nobody set as an empty text.
    private static string? NotBlank(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
