using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Aurora.GatewayApi.Embeddings;
using Aurora.GatewayApi.Json;
using Aurora.Grains.Interfaces.Models;
using Aurora.Grains.Interfaces.Routes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.OpenAi;

/// <summary>A request in OpenAI's shape: what the mesh reads of it, and the rest untouched.</summary>
/// <param name="Endpoint">The endpoint at the inference server, e.g. <c>v1/chat/completions</c>.</param>
/// <param name="Model">The model that it names.</param>
/// <param name="Streams">Whether the answer is to come as it is made.</param>
/// <param name="Priority">0 to 10.</param>
/// <param name="Session">What keeps a conversation on one node, or null.</param>
/// <param name="Json">The request's text as the client sent it.</param>
internal sealed record InferenceRequest(string Endpoint, string Model, bool Streams, int Priority, string? Session, string Json)
{
    public const string PriorityHeader = "X-Aurora-Priority";
    public const string SessionHeader = "X-Aurora-Session";

    /// <summary>Most inputs of one task: more are shared out among the nodes that have the model.</summary>
    public const int InputsPerPart = 256;

    private const int ModelLengthMax = 256;
    private const int SessionLengthMax = 256;

    /// <summary>Labels that the node must carry; null for any node.</summary>
    public IReadOnlyDictionary<string, string>? NodeLabels { get; init; }

    private bool IsEmbeddings => Endpoint == "v1/embeddings";

    /// <summary>Reads the request, or says what is wrong with it.</summary>
    public static (InferenceRequest? Request, OpenAiError? Error) Parse(
        string endpoint, IHeaderDictionary headers, int defaultPriority, ReadOnlySpan<byte> utf8)
    {
        if (!TryReadPriority(headers, defaultPriority, out var priority))
        {
            return (null, OpenAiError.Invalid(PriorityHeader, "must be an integer from 0 to 10"));
        }

        if (headers[SessionHeader].ToString() is { Length: > SessionLengthMax })
        {
            return (null, OpenAiError.Invalid(SessionHeader, $"must have at most {SessionLengthMax} characters"));
        }

        if (!Utf8.IsValid(utf8))
        {
            return (null, OpenAiError.Invalid("body", "must be UTF-8 text"));
        }

        var text = Encoding.UTF8.GetString(utf8);
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            if (root.ValueKind is not JsonValueKind.Object)
            {
                return (null, OpenAiError.Invalid("body", "must be a JSON object"));
            }

            if (!root.TryGetProperty("model", out var model) || model.ValueKind is not JsonValueKind.String
                || model.GetString() is not { Length: > 0 and <= ModelLengthMax } name)
            {
                return (null, OpenAiError.Invalid("model", $"must be a string of 1 to {ModelLengthMax} characters that names a model; GET /v1/models lists them"));
            }

            var streams = root.TryGetProperty("stream", out var stream) && stream.ValueKind is JsonValueKind.True;
            return (new InferenceRequest(endpoint, name, streams, priority, SessionOf(headers, root), root.GetRawText()), null);
        }
        catch (JsonException exception)
        {
            return (null, OpenAiError.Invalid("body", "must be JSON; " + exception.Message.TrimEnd('.')));
        }
        catch (InvalidOperationException)
        {
            return (null, OpenAiError.Invalid("model", "holds half of a surrogate pair"));
        }
    }

    /// <summary>The same request in several with a part of its inputs each; null where it goes as one.</summary>
    public IReadOnlyList<InferenceRequest>? ToParts() => IsEmbeddings
        ? EmbeddingParts.Split(Json, InputsPerPart)?.Select(part => this with { Json = part, Session = null }).ToList()
        : null;

    /// <summary>The task that serves the request. The inference server has its GPUs already, so the task asks for none.</summary>
    /// <param name="caller">Whose key let the request in: two callers may name their conversations alike.</param>
    public TaskSpec ToTask(string caller) => new(
        IsEmbeddings ? KnownTaskTypes.Embeddings : KnownTaskTypes.LlmInference,
        Priority,
        GpuCount: 0,
        MemoryBytes: 0,
        GpuType: null,
        NodeLabels is null
            ? $$"""{"model":{{Text(Model)}}}"""
            : $$"""{"model":{{Text(Model)}},"node_labels":{{{string.Join(',', NodeLabels.Select(label => $"{Text(label.Key)}:{Text(label.Value)}"))}}} }""",
        $$"""{"endpoint":"{{Endpoint}}","payload":{{Json}}}""")
    {
        Session = Session is null ? null : SessionKey(caller, Session),
    };

    /// <summary>The same request to a variant of the route that it names: another model, and maybe fewer nodes.</summary>
    public InferenceRequest By(RouteVariant variant) => this with
    {
        Model = variant.Model,
        NodeLabels = variant.NodeLabels,
        Json = JsonMember.Replace(Json, "model"u8, Text(variant.Model)),
    };

    private static string Text(string text) => JsonSerializer.Serialize(text, InferenceJson.Default.String);

    // Of one length, whatever the client sends, and of no use to a reader of the mesh's memory.
    private string SessionKey(string caller, string session) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{caller}\n{ModelName.Canonical(Model)}\n{session}")).AsSpan(0, 16));

    private static bool TryReadPriority(IHeaderDictionary headers, int defaultPriority, out int priority)
    {
        priority = defaultPriority;
        return headers[PriorityHeader] is not { Count: > 0 } given
            || (int.TryParse(given.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out priority) && priority is >= 0 and <= 10);
    }

    private static string? SessionOf(IHeaderDictionary headers, JsonElement root) =>
        headers[SessionHeader].ToString() is { Length: > 0 } session ? session
        : root.TryGetProperty("user", out var user) && user.ValueKind is JsonValueKind.String && user.GetString() is { Length: > 0 and <= SessionLengthMax } name ? name
        : null;
}

/// <summary>Texts inside hand-made JSON.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class InferenceJson : System.Text.Json.Serialization.JsonSerializerContext;
