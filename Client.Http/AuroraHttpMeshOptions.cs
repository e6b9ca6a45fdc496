namespace Aurora.Client.Http;

/// <summary>Where the mesh is, and how patiently it is asked.</summary>
public sealed class AuroraHttpMeshOptions
{
    /// <summary>Default of <see cref="Addresses"/>.</summary>
    public const string DefaultAddress = "http://127.0.0.1:8001";

    /// <summary>Gateways of one mesh, <c>http</c> or <c>https</c>. The one that answered last is asked first. Default: <see cref="DefaultAddress"/>.</summary>
    public IList<Uri> Addresses { get; } = [];

    /// <summary>The API key, for a mesh that has keys. Default: none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>How often one call is tried at each address, 1 to 20. Default: 8, which lasts about 20 s.</summary>
    public int TriesMax { get; set; } = 8;

    /// <summary>The pause when no address has served a call; it doubles for each further one. Default: 200 ms.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause, also where the mesh asks for more by <c>Retry-After</c>. Default: 10 s.</summary>
    public TimeSpan RetryDelayMax { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one try may take, beside what a wait asks for. Default: 30 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an answer of a model may take that is not streamed. Default: 10 min.</summary>
    public TimeSpan InferencePatience { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long a stream of events may be silent before it is taken for dead and opened again; the mesh gives a sign of life each 15 s.
    /// Default: 45 s.
    /// </summary>
    public TimeSpan SilenceMax { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>Null, or what is wrong with these options.</summary>
    public string? Refuse() =>
        Addresses.FirstOrDefault(address => !address.IsAbsoluteUri || address.Scheme is not ("http" or "https")) is { } bad
            ? $"{nameof(Addresses)} has '{bad}'; it must be an address such as {DefaultAddress}."
        : TriesMax is < 1 or > 20 ? $"{nameof(TriesMax)} is {TriesMax}; it must be from 1 to 20."
        : RetryDelay < TimeSpan.Zero || RetryDelayMax < RetryDelay ? $"{nameof(RetryDelay)} must be positive and at most {nameof(RetryDelayMax)}."
        : Timeout <= TimeSpan.Zero ? $"{nameof(Timeout)} must be positive."
        : InferencePatience < TimeSpan.Zero ? $"{nameof(InferencePatience)} must not be negative."
        : SilenceMax < TimeSpan.FromSeconds(1) ? $"{nameof(SilenceMax)} must be at least 1 s."
        : ApiKey is { } key && key.Any(character => character is <= ' ' or > '~') ? $"{nameof(ApiKey)} must be visible ASCII characters."
        : null;
}
