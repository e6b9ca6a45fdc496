using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aurora.GatewayApi.Files;
using Aurora.Grains.Interfaces.Output;

namespace Aurora.GatewayApi.Logs;

/// <summary>The logs that nodes handed over when an attempt had ended: the same pieces under the same positions.</summary>
internal sealed class KeptLogs(ITaskFileStore store)
{
    /// <summary>The attempts whose log is kept, in order.</summary>
    public IReadOnlyList<int> AttemptsOf(string taskId) =>
    [
        .. store.SetsOf(taskId)
            .Where(set => set.StartsWith(FileSet.Log + ".", StringComparison.Ordinal))
            .Select(set => store.Find(taskId, set)?.Attempt ?? 0).Where(attempt => attempt > 0).Order(),
    ];

    /// <summary>The log of one attempt from a position on.</summary>
    public async IAsyncEnumerable<OutputItem> ReadAsync(string taskId, int attempt, long from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var part in store.Find(taskId, FileSet.Of(FileSet.Log, attempt))?.Files ?? [])
        {
            await using var content = store.Open(taskId, part.Sha256);
            if (content is null)
            {
                continue;
            }

            using var reader = new StreamReader(content);
            while (await reader.ReadLineAsync(cancellation) is { } text)
            {
                if (Parse(text) is { } line && OutputPosition.Of(attempt, line.Number) is var position && position >= from)
                {
                    yield return new OutputItem(position, line.Kind, line.Text);
                }
            }
        }
    }

    private static KeptLine? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, KeptLineContext.Wire.KeptLine) is { Text: not null, Number: >= 0 } line ? line : null;
        }
        catch (JsonException)
        {
            // A node whose disk was full may have cut a line.
            return null;
        }
    }
}

/// <summary>One line of a kept log, as the node wrote it.</summary>
internal sealed record KeptLine(
    [property: JsonPropertyName("n")] long Number,
    [property: JsonPropertyName("k")] OutputKind Kind,
    [property: JsonPropertyName("t")] string Text);

[JsonSerializable(typeof(KeptLine))]
internal sealed partial class KeptLineContext : JsonSerializerContext
{
    public static KeptLineContext Wire { get; } = new(new JsonSerializerOptions
    {
        Converters = { new JsonStringEnumConverter<OutputKind>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    });
}
