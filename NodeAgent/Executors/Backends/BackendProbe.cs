using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aurora.NodeAgent.Executors.Backends;

/// <summary>Asks an address whether an OpenAI-compatible server answers there, and what it offers.</summary>
internal sealed class BackendProbe(HttpClient http, TimeSpan timeout)
{
    /// <summary>
    /// What was found; never throws but for cancellation. The default ports are popular, so only a server whose
    /// <c>/v1/models</c> has the shape of a model list counts.
    /// </summary>
    public async Task<ProbeAnswer> AskAsync(BackendAddress address, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            if (await GetAsync(address, "v1/models", limit.Token) is not { } list || ReadModels(list) is not { } models)
            {
                return ProbeAnswer.NotABackend;
            }

            var kind = KindOf(models);
            var loaded = await LoadedAsync(address, kind, limit.Token);
            return new ProbeAnswer(new Backend(address, kind, [.. models.Select(model => Describe(model, loaded))]), false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ProbeAnswer.Unanswered;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return ProbeAnswer.NotABackend;
        }
    }

    // Null where the server does not have the page, or what it has there is not a JSON object.
    private async Task<JsonObject?> GetAsync(BackendAddress address, string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address.Root, path));
        if (address.ApiKey is { } key)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return null;
        }

        try
        {
            var text = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static List<ListedModel>? ReadModels(JsonObject list)
    {
        var data = list["data"];
        if (data is not JsonArray entries)
        {
            // Ollama without a model says "data": null.
            return data is null && Text(list, "object") == "list" ? [] : null;
        }

        var models = new List<ListedModel>();
        foreach (var entry in entries)
        {
            if (entry is not JsonObject model || Text(model, "id") is not { Length: > 0 } id)
            {
                return null;
            }

            models.Add(new ListedModel(id, Text(model, "owned_by"), (model["status"] as JsonObject) is { } status ? Text(status, "value") : null));
        }

        return models;
    }

    private static string KindOf(List<ListedModel> models) => models.FirstOrDefault()?.OwnedBy switch
    {
        "library" => "ollama",
        "vllm" => "vllm",
        "llamacpp" => "llama.cpp",
        "organization_owner" => "lm-studio",
        _ => "openai",
    };

    // Null where the server serves what it lists: vLLM and llama.cpp load their model before they answer.
    private async Task<Dictionary<string, long?>?> LoadedAsync(BackendAddress address, string kind, CancellationToken cancellationToken) => kind switch
    {
        "ollama" => Loaded(await GetAsync(address, "api/ps", cancellationToken), "models", "name", static _ => true),
        "lm-studio" => Loaded(await GetAsync(address, "api/v0/models", cancellationToken), "data", "id", static model => Text(model, "state") == "loaded"),
        _ => null,
    };

    // A llama.cpp server that serves several models states for each whether it is loaded.
    private static BackendModel Describe(ListedModel model, Dictionary<string, long?>? loaded) =>
        loaded is null ? new BackendModel(model.Id, model.Status is null or "loaded")
        : loaded.TryGetValue(model.Id, out var vram) ? new BackendModel(model.Id, Loaded: true) { VramBytes = vram }
        : new BackendModel(model.Id, Loaded: false);

    /// <summary>The models in memory, with what each takes of the GPUs' where the server tells: Ollama's <c>size_vram</c>.</summary>
    private static Dictionary<string, long?> Loaded(JsonObject? answer, string list, string name, Func<JsonObject, bool> selects)
    {
        var loaded = new Dictionary<string, long?>(StringComparer.OrdinalIgnoreCase);
        foreach (var model in (answer?[list] as JsonArray ?? []).OfType<JsonObject>().Where(selects))
        {
            if (Text(model, name) is { } id)
            {
                loaded[id] = model["size_vram"] is JsonValue value && value.TryGetValue<long>(out var bytes) && bytes >= 0 ? bytes : null;
            }
        }

        return loaded;
    }

    private static string? Text(JsonObject from, string name) =>
        from[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private sealed record ListedModel(string Id, string? OwnedBy, string? Status);
}

/// <summary>The outcome of one probe.</summary>
/// <param name="Found">The server, or null.</param>
/// <param name="TimedOut">Something listens, yet did not answer in time: a busy server does that too.</param>
internal sealed record ProbeAnswer(Backend? Found, bool TimedOut)
{
    public static ProbeAnswer NotABackend { get; } = new(null, false);

    public static ProbeAnswer Unanswered { get; } = new(null, true);
}
