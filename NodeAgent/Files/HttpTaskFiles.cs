using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Connection;

namespace Aurora.NodeAgent.Files;

/// <summary>The store behind the mesh's gateways: the first that answers is as good as any other.</summary>
/// <param name="gateways">Asked at each call, since a gateway of this same process has no address before it listens.</param>
/// <param name="joinToken">Null where the mesh asks for none.</param>
internal sealed class HttpTaskFiles(Func<IReadOnlyList<Uri>> gateways, string? joinToken) : ITaskFiles, IDisposable
{
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(30);

    // A content may take an hour, so no limit holds for a whole call.
    private readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public bool IsAvailable => true;

    public async Task<IReadOnlyList<TaskFile>?> FindCheckpointAsync(string taskId, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Get, PathOf(taskId, "files", TaskFileSets.Checkpoint), AnswerPatience, cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        await RefuseAsync(answer, cancellationToken);
        var manifest = await answer.Content.ReadFromJsonAsync(TaskFilesContext.Default.TaskFileManifest, cancellationToken);
        return manifest?.Files;
    }

    public async Task DownloadAsync(string taskId, TaskFile file, string path, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Get, PathOf(taskId, "content", file.Sha256), AnswerPatience, cancellationToken);
        await RefuseAsync(answer, cancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (var target = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true))
        {
            var buffer = new byte[128 << 10];
            int read;
            while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != file.Sha256)
        {
            throw new HttpRequestException($"{file.Name} did not arrive whole.");
        }
    }

    public async Task<bool> HasAsync(string taskId, string sha256, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Head, PathOf(taskId, "content", sha256), AnswerPatience, cancellationToken);
        return answer.IsSuccessStatusCode;
    }

    public async Task UploadAsync(AttemptId attempt, string sha256, string path, CancellationToken cancellationToken)
    {
        var address = PathOf(attempt.TaskId, "content", sha256) + "?attempt=" + attempt.Attempt.ToString(CultureInfo.InvariantCulture);
        using var answer = await SendAsync(
            HttpMethod.Put,
            address,
            Timeout.InfiniteTimeSpan,
            cancellationToken,
            () => new StreamContent(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)));
        await RefuseAsync(answer, cancellationToken);
    }

    public async Task ReplaceAsync(AttemptId attempt, string set, IReadOnlyList<TaskFile> files, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(
            HttpMethod.Put,
            PathOf(attempt.TaskId, "files", set),
            AnswerPatience,
            cancellationToken,
            () => JsonContent.Create(new TaskFileManifest(attempt.Attempt, files), TaskFilesContext.Default.TaskFileManifest));
        await RefuseAsync(answer, cancellationToken);
    }

    public void Dispose() => http.Dispose();

    private static string PathOf(string taskId, string kind, string name) => $"/tasks/{Uri.EscapeDataString(taskId)}/{kind}/{name}";

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, TimeSpan patience, CancellationToken cancellationToken, Func<HttpContent>? content = null)
    {
        var addresses = gateways();
        for (var next = 0; ; next++)
        {
            if (next >= addresses.Count)
            {
                throw new HttpRequestException("The gateway of this process does not listen yet.");
            }

            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(patience);
            using var request = new HttpRequestMessage(method, WithQuery(addresses[next], path)) { Content = content?.Invoke() };
            request.Headers.Authorization = joinToken is null ? null : new AuthenticationHeaderValue("Bearer", joinToken);
            try
            {
                return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            }
            catch (HttpRequestException) when (next < addresses.Count - 1)
            {
                // The last one's failure is reported; any other gateway may still be there.
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new HttpRequestException($"{addresses[next].Authority} does not answer.");
            }
        }
    }

    private static Uri WithQuery(Uri gateway, string path) => new(MeshAddress.Http(gateway, "/"), path);

    /// <summary>What trying again may cure is a failure of the request; the rest is a refusal.</summary>
    private static async Task RefuseAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        if (answer.IsSuccessStatusCode)
        {
            return;
        }

        var reason = await ReasonOfAsync(answer, cancellationToken);
        throw (int)answer.StatusCode is >= 500 or 404 or 429
            ? new HttpRequestException(reason, inner: null, answer.StatusCode)
            : new TaskFilesRefusedException(reason);
    }

    private static async Task<string> ReasonOfAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            var problem = await answer.Content.ReadFromJsonAsync(TaskFilesContext.Default.TaskFilesProblem, cancellationToken);
            return problem?.Detail ?? $"the mesh answered {(int)answer.StatusCode}";
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or NotSupportedException or HttpRequestException or IOException)
        {
            return $"the mesh answered {(int)answer.StatusCode}";
        }
    }
}

internal sealed record TaskFileManifest(int Attempt, IReadOnlyList<TaskFile> Files);

/// <summary>What is read of a refusal.</summary>
internal sealed record TaskFilesProblem(string? Detail);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(TaskFileManifest))]
[JsonSerializable(typeof(TaskFilesProblem))]
internal sealed partial class TaskFilesContext : JsonSerializerContext;
