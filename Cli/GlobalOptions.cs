namespace Aurora.Cli;

/// <summary>Options of every command, and the variables that stand for them.</summary>
internal static class GlobalOptions
{
    public static Option<string[]> Server { get; } = new("--server", "-s")
    {
        Description = "Address of the mesh; more than one is tried in turn. [AURORA_SERVER, MESH_COORDINATOR_URL; http://127.0.0.1:8001]",
        Recursive = true,
    };

    public static Option<string?> Key { get; } = new("--key") { Description = "API key, for a mesh that has keys. [AURORA_API_KEY]", Recursive = true };

    public static Option<string> Output { get; } = CreateOutput();

    public static IEnumerable<Option> All => [Server, Key, Output];

    public static bool IsJson(this ParseResult parsed) => parsed.GetValue(Output) == "json";

    /// <summary>The addresses that the command line or the environment names.</summary>
    /// <exception cref="UsageException">One of them is no address.</exception>
    public static IReadOnlyList<Uri> Addresses(this ParseResult parsed)
    {
        var texts = parsed.GetValue(Server) is { Length: > 0 } given
            ? given
            : (Variable("AURORA_SERVER") ?? Variable("MESH_COORDINATOR_URL") ?? AuroraHttpMeshOptions.DefaultAddress).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return [.. texts.Select(Parse)];
    }

    /// <summary>The mesh that the command line or the environment names.</summary>
    public static AuroraHttpMesh Mesh(this ParseResult parsed)
    {
        var options = new AuroraHttpMeshOptions { ApiKey = parsed.GetValue(Key) ?? Variable("AURORA_API_KEY"), TriesMax = 3 };
        foreach (var address in parsed.Addresses())
        {
            options.Addresses.Add(address);
        }

        return options.Refuse() is { } refusal ? throw new UsageException(refusal) : new AuroraHttpMesh(options);
    }

    /// <summary>What a node would join with; the key serves a mesh whose key has that scope too.</summary>
    public static string? JoinToken(this ParseResult parsed) => Variable("AURORA_JOIN_TOKEN") ?? parsed.GetValue(Key) ?? Variable("AURORA_API_KEY");

    // Nodes are given ws:// addresses; the mesh is at the same place.
    private static Uri Parse(string text)
    {
        var http = text.Replace("ws://", "http://", StringComparison.OrdinalIgnoreCase).Replace("wss://", "https://", StringComparison.OrdinalIgnoreCase);
        return Uri.TryCreate(http, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new Uri(address.GetLeftPart(UriPartial.Authority))
            : throw new UsageException($"'{text}' is no address of a mesh; it must look like {AuroraHttpMeshOptions.DefaultAddress}.");
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static Option<string> CreateOutput()
    {
        var output = new Option<string>("--output", "-o") { Description = "table for people, json for programs", Recursive = true, DefaultValueFactory = _ => "table" };
        output.AcceptOnlyFromAmong("table", "json");
        return output;
    }
}
