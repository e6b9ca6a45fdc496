using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Output;
using Aurora.NodeAgent.Output;

namespace Aurora.NodeAgent.Executors.Backends;

/// <summary>
/// Passes a request to an inference server of this node and its answer back: whole as the task's result, or event by event as
/// the attempt's output. An attempt fails for good once a first event is out; before it, another node may fare better.
/// </summary>
internal sealed class PassThrough(BackendCatalog catalog, BackendOptions options) : IDisposable
{
    // One event must travel in one frame.
    private const int EventCharactersMax = 128 << 10;
    private const string Done = "[DONE]";

    private readonly HttpClient _http = BackendHttp.CreateClient(options);

    public async Task<ExecutionOutcome> RunAsync(AttemptAssignment attempt, IAttemptOutput output, CancellationToken cancellationToken)
    {
        if (!PassedRequest.TryParse(attempt.Payload, out var request, out var refusal))
        {
            return ExecutionOutcome.Refused(refusal);
        }

        var forEmbeddings = request.Path == "v1/embeddings";
        var choice = catalog.Choose(request.Model, forEmbeddings);
        if (choice is null)
        {
            await catalog.RefreshAsync(cancellationToken);
            choice = catalog.Choose(request.Model, forEmbeddings);
        }

        if (choice is null)
        {
            return ExecutionOutcome.Failed($"model `{request.Model}` is not on this node; it has {string.Join(", ", catalog.ModelsAvailable)}");
        }

        var outcome = await ServeAsync(request, choice, output, cancellationToken);
        if (outcome.Error is not null || !choice.Model.Loaded)
        {
            // What the node announces follows what just happened, rather than the next probe.
            _ = catalog.RefreshAsync(CancellationToken.None);
        }

        return outcome;
    }

    public void Dispose() => _http.Dispose();

    private async Task<ExecutionOutcome> ServeAsync(PassedRequest request, BackendChoice choice, IAttemptOutput output, CancellationToken cancellationToken)
    {
        var name = $"{choice.Backend.Kind} at {choice.Backend.Address}";
        var answer = new StreamedAnswer();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.TimeLimit);
        try
        {
            using var message = MessageFor(request, choice);
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (!response.IsSuccessStatusCode)
            {
                return Refuse(name, response.StatusCode, await response.Content.ReadAsStringAsync(limit.Token), output);
            }

            return request.Streams && response.Content.Headers.ContentType?.MediaType == "text/event-stream"
                ? await StreamAsync(name, response, answer, output, limit)
                : await WholeAsync(name, response, limit.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return answer.Broken($"{name} cannot be talked to: {UpstreamError.OneLine(exception.Message)}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return answer.Broken(string.Create(CultureInfo.InvariantCulture, $"{name} was silent for {options.TimeLimit.TotalSeconds:0.###} s"));
        }
    }

    private static HttpRequestMessage MessageFor(PassedRequest request, BackendChoice choice)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(choice.Backend.Address.Root, request.Path))
        {
            Content = new ByteArrayContent(request.BytesFor(choice.Model.Name)),
        };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (choice.Backend.Address.ApiKey is { } key)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return message;
    }

    private static ExecutionOutcome Refuse(string name, HttpStatusCode status, string body, IAttemptOutput output)
    {
        var error = $"{name} answered {(int)status}: {UpstreamError.Message(body)}";

        // A busy server, a missing model or a wrong key are this node's matter; any other refusal every node would repeat.
        if ((int)status is < 400 or >= 500 or 401 or 403 or 404 or 408 or 409 or 429)
        {
            return GpuOutOfMemory.IsNamedIn(error) ? ExecutionOutcome.OutOfMemory(error) : ExecutionOutcome.Failed(error);
        }

        output.Write(OutputKind.Refusal, UpstreamError.ToRefusal((int)status, body));
        return ExecutionOutcome.Refused(error);
    }

    private static async Task<ExecutionOutcome> WholeAsync(string name, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind is JsonValueKind.Object
                ? ExecutionOutcome.Completed(text)
                : ExecutionOutcome.Failed($"{name} answered something that is not a JSON object");
        }
        catch (JsonException)
        {
            return ExecutionOutcome.Failed($"{name} answered something that is not JSON");
        }
    }

    private async Task<ExecutionOutcome> StreamAsync(
        string name, HttpResponseMessage response, StreamedAnswer answer, IAttemptOutput output, CancellationTokenSource limit)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(limit.Token);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(limit.Token))
        {
            // The limit is for silence, not for a long answer.
            limit.CancelAfter(options.TimeLimit);
            if (item.Data.Length > EventCharactersMax)
            {
                return answer.Broken($"{name} sent an event of more than {EventCharactersMax} characters");
            }

            output.Write(OutputKind.Delta, item.Data);
            if (item.Data == Done)
            {
                return answer.Complete();
            }

            answer.Events++;
            await output.WaitForRoomAsync(limit.Token);
        }

        return answer.Broken($"{name} ended its stream before it was done");
    }

    /// <summary>How far a streamed answer came.</summary>
    private sealed class StreamedAnswer
    {
        public int Events { get; set; }

        public ExecutionOutcome Complete() =>
            ExecutionOutcome.Completed(string.Create(CultureInfo.InvariantCulture, $$"""{"streamed":true,"events":{{Events}}}"""));

        /// <summary>What a client has seen half of cannot be begun again.</summary>
        public ExecutionOutcome Broken(string error) => Events > 0 ? ExecutionOutcome.Refused(error) : ExecutionOutcome.Failed(error);
    }
}
