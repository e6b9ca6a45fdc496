using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Aurora.Client.Abstractions.Observability;
using Aurora.Client.Abstractions.Requests;
using Aurora.Client.Http.Json;

namespace Aurora.Client.Http;

/// <summary>
/// A mesh over its HTTP surface. A submit is repeated under one <c>Idempotency-Key</c>, so that a gateway which honours the key
/// accepts it once; other calls may be repeated as they are.
/// </summary>
public sealed partial class AuroraHttpMesh : IAuroraMesh, IDisposable
{
    // The mesh holds a long poll this long at most.
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(60);

    private readonly HttpClient http;
    private readonly MeshHttpTransport transport;
    private readonly AuroraHttpMeshOptions settings;
    private readonly TimeProvider clock;

    /// <summary>A mesh at these addresses.</summary>
    /// <param name="handler">What sends; default: pooled connections that follow changes of the DNS within five minutes.</param>
    /// <exception cref="ArgumentException">The options cannot be meant; the message says which.</exception>
    public AuroraHttpMesh(AuroraHttpMeshOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        if (options.Refuse() is { } refusal)
        {
            throw new ArgumentException(refusal, nameof(options));
        }

        http = new HttpClient(handler ?? new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        settings = options;
        clock = time ?? TimeProvider.System;
        transport = new MeshHttpTransport(http, settings, clock);
    }

    /// <inheritdoc/>
    public async Task<TaskHandle> SubmitAsync(MeshTaskRequest request, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        request.Validate();
        if (request is EmbeddingsRequest { BatchSize: { } size } embeddings && embeddings.Input.Count > size)
        {
            // A single submit shares the texts out over several tasks; here it is one.
            return (await SubmitBatchAsync([request], options, cancellationToken).ConfigureAwait(false))[0];
        }

        var key = SubmitOptions.KeyOf(options);
        var submission = await MeshTracing.RunAsync(
            MeshTracing.Submit(1), () => PostAsync("/tasks/submit", request.ToJson(), key, MeshJsonContext.Default.TaskSubmission, cancellationToken)).ConfigureAwait(false);
        return new TaskHandle(this, submission.TaskId, submission);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TaskHandle>> SubmitBatchAsync(IReadOnlyList<MeshTaskRequest> requests, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        foreach (var (index, request) in requests.Index())
        {
            request.Validate($"tasks[{index}].");
        }

        var body = new JsonArray([.. requests.Select(request => request.ToJson())]);
        var key = SubmitOptions.KeyOf(options);
        var answer = await MeshTracing.RunAsync(
            MeshTracing.Submit(requests.Count), () => PostAsync("/tasks/batch", body, key, MeshJsonContext.Default.BatchAnswer, cancellationToken)).ConfigureAwait(false);
        return [.. answer.Tasks.Select(submission => new TaskHandle(this, submission.TaskId, submission with { GroupId = answer.GroupId }))];
    }

    /// <inheritdoc/>
    public Task<MeshTask?> FindAsync(string taskId, CancellationToken cancellationToken = default) =>
        FindAsync(TaskPath(taskId), MeshJsonContext.Default.MeshTask, TimeSpan.Zero, cancellationToken);

    /// <inheritdoc/>
    public Task<MeshTask?> WaitAsync(string taskId, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var wait = timeout < TimeSpan.Zero ? TimeSpan.Zero : timeout > WaitMax ? WaitMax : timeout;
        var path = string.Create(CultureInfo.InvariantCulture, $"{TaskPath(taskId)}?wait={(long)wait.TotalMilliseconds}ms");
        return FindAsync(path, MeshJsonContext.Default.MeshTask, wait, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> CancelAsync(string taskId, CancellationToken cancellationToken = default) =>
        ChangeAsync(HttpMethod.Delete, TaskPath(taskId), taskId, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RetryAsync(string taskId, CancellationToken cancellationToken = default) =>
        ChangeAsync(HttpMethod.Post, $"{TaskPath(taskId)}/retry", taskId, cancellationToken);

    /// <inheritdoc/>
    public Task<TaskExplanation?> ExplainAsync(string taskId, CancellationToken cancellationToken = default) =>
        FindAsync($"{TaskPath(taskId)}/explain", MeshJsonContext.Default.TaskExplanation, TimeSpan.Zero, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MeshTask>> ListEndedAsync(CancellationToken cancellationToken = default) =>
        (await GetAsync("/tasks/completed", MeshJsonContext.Default.EndedTasks, cancellationToken).ConfigureAwait(false)).Tasks;

    /// <inheritdoc/>
    public Task<MeshStatus> GetStatusAsync(CancellationToken cancellationToken = default) =>
        GetAsync("/mesh/status", MeshJsonContext.Default.MeshStatus, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MeshNode>> ListNodesAsync(CancellationToken cancellationToken = default) =>
        [.. (await GetAsync("/mesh/nodes", MeshJsonContext.Default.NodeList, cancellationToken).ConfigureAwait(false)).Nodes.Select(node => node.Value with { NodeId = node.Key })];

    /// <summary>Who answers at the address, without a key.</summary>
    public Task<MeshIdentity> GetIdentityAsync(CancellationToken cancellationToken = default) =>
        GetAsync("/", MeshJsonContext.Default.MeshIdentity, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static string TaskPath(string taskId) => $"/tasks/{Uri.EscapeDataString(taskId)}";

    private async Task<T> PostAsync<T>(string path, JsonNode body, string key, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        var text = body.ToJsonString();
        using var response = await transport.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
            {
                Content = new StringContent(text, Encoding.UTF8, "application/json"),
                Headers = { { "Idempotency-Key", key } },
            },
            TimeSpan.Zero,
            cancellationToken).ConfigureAwait(false);
        return await ReadAsync(response, type, cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await transport.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative)), TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(response, type, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the task let itself be changed; a conflict is that it did not.</summary>
    private async Task<bool> ChangeAsync(HttpMethod method, string path, string taskId, CancellationToken cancellationToken)
    {
        using var response = await transport.SendAsync(() => new HttpRequestMessage(method, new Uri(path, UriKind.Relative)), TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => true,
            HttpStatusCode.Conflict => false,
            HttpStatusCode.NotFound => throw new TaskNotFoundException(taskId),
            _ => throw await MeshRefusal.ExplainAsync(response, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>Null for what the mesh says it does not know; a 404 of anything else is no answer of a mesh.</summary>
    private async Task<T?> FindAsync<T>(string path, JsonTypeInfo<T> type, TimeSpan patience, CancellationToken cancellationToken)
        where T : class
    {
        using var response = await transport.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative)), patience, cancellationToken).ConfigureAwait(false);
        return response.StatusCode is HttpStatusCode.NotFound && (await MeshRefusal.ReadAsync(response, cancellationToken).ConfigureAwait(false))?.Code is "unknown_task" or "unknown_group"
            ? null
            : await ReadAsync(response, type, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw await MeshRefusal.ExplainAsync(response, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return await JsonSerializer.DeserializeAsync(body, type, cancellationToken).ConfigureAwait(false)
                ?? throw new AuroraMeshException($"{response.RequestMessage?.RequestUri} answered null.");
        }
        catch (JsonException failure)
        {
            throw new AuroraMeshException($"{response.RequestMessage?.RequestUri} answered something that is not of an Aurora mesh of this version.", failure);
        }
    }
}
