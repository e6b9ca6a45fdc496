using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Client.Http.Json;

namespace Aurora.Client.Http;

/// <content>What an operator asks and does.</content>
public sealed partial class AuroraHttpMesh
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<TaskPlan>> PlanAsync(IReadOnlyList<MeshTaskRequest> requests, CancellationToken cancellationToken = default)
    {
        foreach (var (index, request) in requests.Index())
        {
            request.Validate($"tasks[{index}].");
        }

        var text = new JsonArray([.. requests.Select(request => request.ToJson())]).ToJsonString();
        using var response = await transport.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, new Uri("/tasks/plan", UriKind.Relative)) { Content = new StringContent(text, Encoding.UTF8, "application/json") },
            TimeSpan.Zero,
            cancellationToken).ConfigureAwait(false);
        return (await ReadAsync(response, MeshJsonContext.Default.PlanAnswer, cancellationToken).ConfigureAwait(false)).Tasks;
    }

    /// <inheritdoc/>
    public Task<MeshQueue> GetQueueAsync(
        int limit = 100, string? pool = null, int minPriority = 0, int maxPriority = 10, CancellationToken cancellationToken = default)
    {
        MeshQueue.RequirePriorities(minPriority, maxPriority);
        var ofPool = pool is null ? "" : $"&pool={Uri.EscapeDataString(pool)}";
        var ofPriorities = (minPriority, maxPriority) is (0, 10) ? "" : string.Create(CultureInfo.InvariantCulture, $"&min_priority={minPriority}&max_priority={maxPriority}");
        return GetAsync(
            string.Create(CultureInfo.InvariantCulture, $"/mesh/queue?limit={limit}{ofPool}{ofPriorities}"), MeshJsonContext.Default.MeshQueue, cancellationToken);
    }

    /// <summary>What ended attempts cost on nodes that tell a price, and what the same hours on such machines would have cost on demand.</summary>
    /// <param name="by">What the parts are of: day, node, tenant, task_type, tenure or pool.</param>
    /// <param name="from">The first day, in UTC; 30 days by default.</param>
    /// <param name="to">The last day, in UTC, which is included; today by default.</param>
    /// <param name="cancellationToken">Gives up the request.</param>
    /// <exception cref="InvalidTaskException">The mesh does not take one of them; the message says which.</exception>
    public Task<MeshCosts> GetCostsAsync(string by = "day", DateOnly? from = null, DateOnly? to = null, CancellationToken cancellationToken = default) =>
        GetAsync(
            $"/mesh/costs?by={Uri.EscapeDataString(by)}{Day("from", from)}{Day("to", to)}", MeshJsonContext.Default.MeshCosts, cancellationToken);

    private static string Day(string name, DateOnly? day) =>
        day is { } known ? string.Create(CultureInfo.InvariantCulture, $"&{name}={known:yyyy-MM-dd}") : "";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MeshModel>> ListModelsAsync(CancellationToken cancellationToken = default) =>
        [.. (await GetAsync("/v1/models", MeshJsonContext.Default.ModelList, cancellationToken).ConfigureAwait(false)).Data
            .Select(model => new MeshModel(model.Id, model.Aurora?.Nodes ?? [], model.Aurora?.LoadedOn ?? [], model.Aurora?.RouteTo ?? []))];

    /// <inheritdoc/>
    public async Task<TaskPage> ListPageAsync(TaskListing listing, string? cursor = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        TaskPage.RequireLimit(limit);
        var (path, cursorName) = listing.Kind switch
        {
            TaskListingKind.Active => ("/tasks/active", "after"),
            TaskListingKind.DeadLetters => ("/tasks/dead", "cursor"),
            _ => ("/tasks", "cursor"),
        };
        var query = string.Create(CultureInfo.InvariantCulture, $"{path}?limit={limit}")
            + Parameter(cursorName, cursor)
            + (listing.Filter is { } filter ? Parameters(filter) : "");
        if (listing.Kind is not TaskListingKind.Active)
        {
            return await GetAsync(query, MeshJsonContext.Default.TaskPage, cancellationToken).ConfigureAwait(false);
        }

        MeshTask[] tasks = [.. (await GetAsync(query, MeshJsonContext.Default.ActiveTasks, cancellationToken).ConfigureAwait(false)).Tasks.Values];
        return new TaskPage(tasks, tasks.Length == limit ? tasks[^1].TaskId : null);
    }

    /// <inheritdoc/>
    public Task CordonAsync(string nodeId, CancellationToken cancellationToken = default) => OperateAsync(nodeId, "cordon", cancellationToken);

    /// <inheritdoc/>
    public Task UncordonAsync(string nodeId, CancellationToken cancellationToken = default) => OperateAsync(nodeId, "uncordon", cancellationToken);

    /// <inheritdoc/>
    public Task DrainAsync(string nodeId, TimeSpan deadline, CancellationToken cancellationToken = default)
    {
        NodeDrain.Require(deadline);
        return OperateAsync(nodeId, string.Create(CultureInfo.InvariantCulture, $"drain?deadline={(long)deadline.TotalMilliseconds}ms"), cancellationToken);
    }

    private static string Parameters(TaskFilter filter) =>
        string.Concat(filter.Statuses.Select(status => Parameter("status", JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString()))))
        + Parameter("type", filter.TaskType)
        + Parameter("node", filter.Node)
        + Parameter("tenant", filter.Tenant)
        + Parameter("label", filter.Label is { } label ? $"{label.Key}={label.Value}" : null);

    private static string Parameter(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    private async Task OperateAsync(string nodeId, string operation, CancellationToken cancellationToken)
    {
        var path = $"/mesh/nodes/{Uri.EscapeDataString(nodeId)}/{operation}";
        using var response = await transport.SendAsync(() => new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)), TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.NotFound)
        {
            throw new NodeNotFoundException(nodeId);
        }

        if (!response.IsSuccessStatusCode)
        {
            throw await MeshRefusal.ExplainAsync(response, cancellationToken).ConfigureAwait(false);
        }
    }
}
