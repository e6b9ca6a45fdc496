using System.Globalization;
using System.Text.Json;
using Aurora.Bench.EndToEnd.Processes;
using Aurora.InferenceBackend;

namespace Aurora.Bench.Inference;

/// <summary>
/// What the mesh adds to a streamed answer: the time to the first token through gateway, scheduler, commit, agent and back, against
/// the same request straight to the node's own server, in turns on the same machine. And how soon the server learns that a
/// client has gone.
/// </summary>
internal static class InferenceBench
{
    /// <summary>Serves the test backend on a port until it is stopped, for trying the mesh by hand.</summary>
    public const string ServerVerb = "inference-server";

    private static readonly string[] Transports = ["orleans", "websocket"];

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static int Run(string[] args)
    {
        var file = args is ["--json", var name] ? name : null;
        if (args.Length > 0 && file is null)
        {
            Console.Error.WriteLine("usage: bench inference [--json FILE]");
            return 2;
        }

        var results = RunAsync().GetAwaiter().GetResult();
        foreach (var result in results)
        {
            Console.WriteLine(result);
        }

        if (file is not null)
        {
            File.WriteAllText(file, JsonSerializer.Serialize(results, Json));
        }

        return 0;
    }

    public static int Serve(string[] args)
    {
        if (args is not [var port, .. var models] || !int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            Console.Error.WriteLine($"usage: bench {ServerVerb} PORT [MODEL…]");
            return 2;
        }

        ServeAsync(number, models).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task ServeAsync(int port, string[] models)
    {
        var behaviour = new BackendBehaviour { Tokens = 20, TokenDelay = TimeSpan.FromMilliseconds(50) };
        behaviour.Models = models.Length > 0 ? models : behaviour.Models;
        await using var server = await TestInferenceServer.StartAsync(behaviour, port);
        Console.WriteLine($"A test server without a model answers at {server.Url} as {string.Join(", ", behaviour.Models)}.");
        await server.WaitForShutdownAsync();
    }

    private static async Task<List<InferenceResult>> RunAsync()
    {
        var results = new List<InferenceResult>();
        foreach (var transport in Transports)
        {
            await using var server = await TestInferenceServer.StartAsync(new BackendBehaviour { Models = ["bench"] });
            await using var mesh = await InferenceMesh.StartAsync(Executables.Find(), server.Url, transport);
            Console.Error.WriteLine($"… {transport}");
            results.Add(await FirstTokenRun.MeasureAsync(transport, mesh.Url, server));
        }

        return results;
    }
}
