using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.NodeAgent.Output;

namespace Aurora.NodeAgent.Executors.Backends;

/// <summary>Runs <c>llm_inference</c> and <c>embeddings</c> on an inference server of this node. The server's answer is the result.</summary>
internal sealed class OpenAiExecutor(BackendCatalog catalog, BackendOptions options) : ITaskExecutor, IDisposable
{
    private static readonly string[] Types = [KnownTaskTypes.LlmInference, KnownTaskTypes.Embeddings];
    private static readonly double SecondsMax = TimeSpan.FromDays(1).TotalSeconds;

    private readonly HttpClient _http = BackendHttp.CreateClient(options);
    private readonly PassThrough _passThrough = new(catalog, options);

    public ValueTask<IReadOnlyCollection<string>> GetTaskTypesAsync(CancellationToken cancellationToken) =>
        new(catalog.Alive.Count > 0 ? Types : []);

    public Task<ExecutionOutcome> ExecuteAsync(AttemptAssignment attempt, IReadOnlyList<GpuDevice> gpus, CancellationToken cancellationToken) =>
        ExecuteAsync(attempt, gpus, NoOutput.Instance, cancellationToken);

    public Task<ExecutionOutcome> ExecuteAsync(
        AttemptAssignment attempt, IReadOnlyList<GpuDevice> gpus, IAttemptOutput output, CancellationToken cancellationToken) =>
        PassedRequest.IsIn(attempt.Payload) ? _passThrough.RunAsync(attempt, output, cancellationToken) : BuildAndPostAsync(attempt, cancellationToken);

    public void Dispose()
    {
        _http.Dispose();
        _passThrough.Dispose();
    }

    private async Task<ExecutionOutcome> BuildAndPostAsync(AttemptAssignment attempt, CancellationToken cancellationToken)
    {
        if (!TaskInput.TryParse(attempt, out var input, out var refusal)
            || !OpenAiRequest.TryBuild(attempt.TaskType, input, out var request, out refusal)
            || !input.TryFindNumber("timeout_s", 0.001, SecondsMax, out var seconds, out refusal)
            || !input.TryFindNumber("batch_size", 1, 100_000, out var batchSize, out refusal))
        {
            return ExecutionOutcome.Refused(refusal);
        }

        if (await ChooseAsync(request, cancellationToken) is not { } choice)
        {
            return ExecutionOutcome.Failed(NothingFits(request));
        }

        seconds ??= attempt.Controls?.Timeouts?.RunS;
        var timeLimit = seconds is { } stated ? TimeSpan.FromSeconds(stated) : options.TimeLimit;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeLimit);
        try
        {
            request.Body["model"] = choice.Model.Name;
            return request.IsEmbeddings
                ? await EmbedAsync(choice.Backend, request, (int)(batchSize ?? int.MaxValue), limit.Token)
                : await PostAsync(choice.Backend, request.Path, request.Body, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ExecutionOutcome.TimedOut(string.Create(CultureInfo.InvariantCulture,
                $"{choice.Backend.Kind} at {choice.Backend.Address} did not answer within {timeLimit.TotalSeconds:0.###} s"));
        }
    }

    private async Task<BackendChoice?> ChooseAsync(OpenAiRequest request, CancellationToken cancellationToken)
    {
        if (catalog.Choose(request.Model, request.IsEmbeddings) is { } choice)
        {
            return choice;
        }

        // A model that was pulled a moment ago is worth one look before the task fails for good.
        await catalog.RefreshAsync(cancellationToken);
        return catalog.Choose(request.Model, request.IsEmbeddings);
    }

    private string NothingFits(OpenAiRequest request)
    {
        var available = catalog.ModelsAvailable;
        return available.Count == 0
            ? "no inference server answers on this node"
            : $"model `{request.Model}` is not on this node; it has {string.Join(", ", available)}";
    }

    private async Task<ExecutionOutcome> EmbedAsync(Backend backend, OpenAiRequest request, int batchSize, CancellationToken cancellationToken)
    {
        var batches = EmbeddingBatches.Split(request.Body["input"]!, batchSize);
        if (batches.Count == 1)
        {
            return await PostAsync(backend, request.Path, request.Body, cancellationToken);
        }

        var answers = new List<JsonObject>();
        foreach (var batch in batches)
        {
            request.Body["input"] = batch;
            var outcome = await PostAsync(backend, request.Path, request.Body, cancellationToken);
            if (outcome.Result is not { } result)
            {
                return outcome;
            }

            var answer = JsonNode.Parse(result)!.AsObject();
            if ((answer["data"] as JsonArray)?.Count != ((JsonArray)batch).Count)
            {
                // Joined, every later vector would belong to another text.
                return ExecutionOutcome.Failed($"{backend.Kind} at {backend.Address} did not answer with one vector for each input");
            }

            answers.Add(answer);
        }

        return ExecutionOutcome.Completed(EmbeddingBatches.Join(answers).ToJsonString());
    }

    private async Task<ExecutionOutcome> PostAsync(Backend backend, string path, JsonObject body, CancellationToken cancellationToken)
    {
        var name = $"{backend.Kind} at {backend.Address}";
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(backend.Address.Root, path));
        message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (backend.Address.ApiKey is { } key)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        try
        {
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseContentRead, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                // A request that a server takes for wrong is wrong for the next one too; a busy or broken server is not.
                var error = $"{name} answered {(int)response.StatusCode}: {UpstreamError.Message(text)}";
                return (int)response.StatusCode is 400 or 413 or 422 ? ExecutionOutcome.Refused(error)
                    : GpuOutOfMemory.IsNamedIn(error) ? ExecutionOutcome.OutOfMemory(error)
                    : ExecutionOutcome.Failed(error);
            }

            return IsObject(text)
                ? ExecutionOutcome.Completed(text)
                : ExecutionOutcome.Failed($"{name} answered something that is not a JSON object");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // A server that is gone is no longer announced from now on, rather than from the next probe on.
            await catalog.RefreshAsync(cancellationToken);
            return ExecutionOutcome.Failed($"{name} cannot be talked to: {UpstreamError.OneLine(exception.Message)}");
        }
    }

    private static bool IsObject(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
