using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Aurora.Client.Abstractions.Observability;
using Aurora.Client.Http.Json;
using Aurora.Client.Http.Streams;

namespace Aurora.Client.Http;

/// <content>Tasks that were submitted together.</content>
public sealed partial class AuroraHttpMesh
{
    /// <inheritdoc/>
    public async Task<GroupHandle> SubmitArrayAsync(MeshTaskRequest request, int count, SubmitOptions? options = null, CancellationToken cancellationToken = default)
    {
        MeshTaskRequest.RequireCount(count);
        request.Validate();
        var body = request.ToJson();
        body["count"] = count;
        var key = SubmitOptions.KeyOf(options);
        var answer = await MeshTracing.RunAsync(
            MeshTracing.Submit(count), () => PostAsync("/tasks/submit", body, key, MeshJsonContext.Default.BatchAnswer, cancellationToken)).ConfigureAwait(false);
        return new GroupHandle(this, answer.GroupId!) { Submissions = [.. answer.Tasks.Select(submission => submission with { GroupId = answer.GroupId })] };
    }

    /// <inheritdoc/>
    public Task<MeshGroup?> FindGroupAsync(string groupId, CancellationToken cancellationToken = default) =>
        FindAsync(GroupPath(groupId), MeshJsonContext.Default.MeshGroup, TimeSpan.Zero, cancellationToken);

    /// <inheritdoc/>
    public Task<MeshGroup?> WaitGroupAsync(string groupId, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var wait = timeout < TimeSpan.Zero ? TimeSpan.Zero : timeout > WaitMax ? WaitMax : timeout;
        var path = string.Create(CultureInfo.InvariantCulture, $"{GroupPath(groupId)}?wait={(long)wait.TotalMilliseconds}ms");
        return FindAsync(path, MeshJsonContext.Default.MeshGroup, wait, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<GroupResult> ReadGroupAsync(
        string groupId, MeshTaskStatus? status = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var path = $"{GroupPath(groupId)}/results{(status is null ? "" : $"?status={JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString()!)}")}";
        var next = 0;
        for (var failures = 0; ;)
        {
            using var response = await transport.OpenAsync(() => new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative)), TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode is HttpStatusCode.NotFound)
            {
                throw new GroupNotFoundException(groupId);
            }

            if (!response.IsSuccessStatusCode)
            {
                throw await MeshRefusal.ExplainAsync(response, cancellationToken).ConfigureAwait(false);
            }

            // A group is told from its beginning each time; what was seen before a break is not told twice.
            using var lines = new StreamReader(new WatchfulStream(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), settings.Timeout, clock));
            var seen = next;
            while (true)
            {
                var (line, broken) = await TryReadLineAsync(lines, cancellationToken).ConfigureAwait(false);
                if (broken is not null)
                {
                    failures = next == seen ? failures + 1 : 1;
                    if (failures >= settings.TriesMax)
                    {
                        throw new MeshUnreachableException($"The mesh breaks the results off again and again: {broken.Message}", broken);
                    }

                    transport.Avoid();
                    await Task.Delay(transport.Delay(failures), clock, cancellationToken).ConfigureAwait(false);
                    break;
                }

                if (line is null)
                {
                    yield break;
                }

                var result = JsonSerializer.Deserialize(line, MeshJsonContext.Default.GroupResult)!;
                if (result.Index >= next)
                {
                    next = result.Index + 1;
                    yield return result;
                }
            }
        }
    }

    /// <inheritdoc/>
    public async Task<long> CancelGroupAsync(string groupId, CancellationToken cancellationToken = default) =>
        (await ChangeGroupAsync(HttpMethod.Delete, GroupPath(groupId), groupId, MeshJsonContext.Default.GroupCancelled, cancellationToken).ConfigureAwait(false)).Cancelled;

    /// <inheritdoc/>
    public async Task<long> RetryGroupAsync(string groupId, CancellationToken cancellationToken = default) =>
        (await ChangeGroupAsync(HttpMethod.Post, $"{GroupPath(groupId)}/retry", groupId, MeshJsonContext.Default.GroupRetried, cancellationToken).ConfigureAwait(false)).Retried;

    private static string GroupPath(string groupId) => $"/groups/{Uri.EscapeDataString(groupId)}";

    private static async Task<(string? Line, Exception? Broken)> TryReadLineAsync(StreamReader lines, CancellationToken cancellationToken)
    {
        try
        {
            return (await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false), null);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            return (null, failure);
        }
    }

    // Many tasks take their time: the call gets as long as a wait.
    private async Task<T> ChangeGroupAsync<T>(HttpMethod method, string path, string groupId, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var response = await transport.SendAsync(() => new HttpRequestMessage(method, new Uri(path, UriKind.Relative)), WaitMax, cancellationToken).ConfigureAwait(false);
        return response.StatusCode is HttpStatusCode.NotFound
            ? throw new GroupNotFoundException(groupId)
            : await ReadAsync(response, type, cancellationToken).ConfigureAwait(false);
    }
}
