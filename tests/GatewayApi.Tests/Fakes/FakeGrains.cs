using System.Security.Cryptography;
using System.Text;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Access;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Output;
using Aurora.Grains.Interfaces.Routes;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Grains.Interfaces.Tenants;

namespace Aurora.GatewayApi.Tests.Fakes;

[Orleans.Concurrency.Reentrant]
public sealed class FakeTaskGrain(FakeMesh mesh) : Grain, ITaskGrain
{
    private string Id => this.GetPrimaryKeyString();

    public Task<SubmitOutcome> SubmitAsync(TaskSpec spec) => Task.FromResult(mesh.Accept(Id, spec));

    public Task<TaskView?> GetAsync() => Task.FromResult(mesh.Tasks.GetValueOrDefault(Id));

    public Task<TaskView?> WaitAsync(TimeSpan timeout) => mesh.Wait?.Invoke(Id) ?? GetAsync();

    public Task<CancelOutcome> CancelAsync()
    {
        if (!mesh.Tasks.TryGetValue(Id, out var task))
        {
            return Task.FromResult(CancelOutcome.NotFound);
        }

        if (task.HasEnded)
        {
            return Task.FromResult(CancelOutcome.AlreadyEnded);
        }

        mesh.Tasks[Id] = task with { Status = "cancelled", Error = "Cancelled by a client" };
        return Task.FromResult(CancelOutcome.Cancelled);
    }

    public Task<RetryOutcome> RetryAsync() => Task.FromResult(
        !mesh.Tasks.TryGetValue(Id, out var task) ? RetryOutcome.NotFound
        : task.Status == "failed" ? RetryOutcome.Queued
        : RetryOutcome.NotFailed);

    public Task<ExplanationView?> ExplainAsync() => Task.FromResult(mesh.Tasks.ContainsKey(Id)
        ? new ExplanationView(Id, "queued", "It waits for 24 GB.", 1, 5.5, null,
            [new NodeExplanation("node-1", false, [new RefusalView("memory", "24 GB wanted, 8 GB free.", false)], null, new Dictionary<string, double>())])
        : null);

    public Task<ReportVerdict> ReportAsync(string nodeId, AttemptReport report) => Task.FromResult(ReportVerdict.Stale);

    public Task EndedAsync() => Task.CompletedTask;
}

public sealed class FakeTenantsGrain(FakeMesh mesh) : Grain, ITenantsGrain
{
    public Task<TenantGrant[]> ListAsync() => Task.FromResult<TenantGrant[]>([.. mesh.Tenants.Values.OrderBy(grant => grant.Tenant, StringComparer.Ordinal)]);

    public Task PutAsync(TenantGrant grant)
    {
        mesh.Tenants[grant.Tenant] = grant;
        return Task.CompletedTask;
    }

    public Task<bool> DeleteAsync(string tenant) => Task.FromResult(mesh.Tenants.TryRemove(tenant, out _));
}

public sealed class FakeRouteGrain(FakeMesh mesh) : Grain, IRouteGrain
{
    public Task<ModelRoute[]> ListAsync() => Task.FromResult<ModelRoute[]>([.. mesh.Routes.Values.OrderBy(route => route.Name, StringComparer.Ordinal)]);

    public Task PutAsync(ModelRoute route)
    {
        mesh.Routes[route.Name] = route;
        return Task.CompletedTask;
    }

    public Task<bool> DeleteAsync(string name) => Task.FromResult(mesh.Routes.TryRemove(name, out _));

    public Task RecordAsync(RouteSample[] samples)
    {
        foreach (var sample in samples)
        {
            mesh.RouteSamples.Writer.TryWrite(sample);
        }

        return Task.CompletedTask;
    }

    public Task<VariantReport[]?> ReportAsync(string name) => Task.FromResult(mesh.Routes.TryGetValue(name, out var route)
        ? route.Variants.Select(variant => new VariantReport(
            variant, DateTimeOffset.UnixEpoch, 4, 1, new IntervalView(0.25, 0.05, 0.7), new MeasureView(3, new IntervalView(2, 1, 3), null), Nothing, Nothing, Nothing)).ToArray()
        : null);

    private static MeasureView Nothing { get; } = new(0, null, null);
}

public sealed class FakeWebhookGrain(FakeMesh mesh) : Grain, IWebhookGrain
{
    public Task<TaskView[]> ClaimAsync(int limit, TimeSpan claimFor)
    {
        var claimed = new List<TaskView>();
        while (claimed.Count < limit && mesh.DueWebhooks.TryDequeue(out var task))
        {
            claimed.Add(task);
        }

        return Task.FromResult(claimed.ToArray());
    }

    public Task SettleAsync(string taskId, TimeSpan? again, string? error)
    {
        mesh.SettledWebhooks.Writer.TryWrite((taskId, again, error));
        return Task.CompletedTask;
    }
}

public sealed class FakeTaskQueryGrain(FakeMesh mesh) : Grain, ITaskQueryGrain
{
    public Task<string[]> FindMissingAsync(string[] taskIds) => Task.FromResult<string[]>([.. taskIds.Where(id => !mesh.Tasks.ContainsKey(id))]);

    public Task<TaskView[]> ListGroupAsync(string prefix, string? afterTaskId, int limit) => Task.FromResult<TaskView[]>(
    [
        .. mesh.Tasks.Values.Where(task => task.TaskId.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(task => task.TaskId, StringComparer.Ordinal)
            .Where(task => string.CompareOrdinal(task.TaskId, afterTaskId) > 0).Take(limit),
    ]);

    public Task<GroupCounts> CountGroupAsync(string prefix)
    {
        var tasks = mesh.Tasks.Values.Where(task => task.TaskId.StartsWith(prefix, StringComparison.Ordinal)).ToLookup(task => task.Status);
        return Task.FromResult(new GroupCounts(
            tasks["queued"].Count(), tasks["assigned"].Count(), tasks["running"].Count(), tasks["completed"].Count(), tasks["failed"].Count(), tasks["cancelled"].Count()));
    }

    public Task<TaskView[]> ListLabelledAsync(string key, string value, string? beforeTaskId, int limit) => Task.FromResult<TaskView[]>(
    [
        .. mesh.Tasks.Values.Where(task => task.Controls?.Labels?.GetValueOrDefault(key) == value)
            .OrderByDescending(task => task.TaskId, StringComparer.Ordinal)
            .Where(task => beforeTaskId is null || string.CompareOrdinal(task.TaskId, beforeTaskId) < 0).Take(limit),
    ]);

    public Task<TaskPageView> ListAsync(TaskFilter filter, string? cursor, int limit)
    {
        mesh.Listed.Enqueue((filter, cursor, limit));
        TaskView[] page =
        [
            .. mesh.Tasks.Values.Where(task => filter.LabelKey is null || task.Controls?.Labels?.GetValueOrDefault(filter.LabelKey) == filter.LabelValue)
                .OrderByDescending(task => task.TaskId, StringComparer.Ordinal)
                .Where(task => cursor is null || string.CompareOrdinal(task.TaskId, cursor) < 0).Take(limit),
        ];
        return Task.FromResult(new TaskPageView(page, page.Length == limit ? page[^1].TaskId : null));
    }

    public Task<TaskView[]> ListActiveAsync(string? afterTaskId, int limit) =>
        mesh.Unavailable
            ? throw new MeshUnavailableException("The store is out of reach.")
            : Task.FromResult<TaskView[]>([.. mesh.Active
                .OrderBy(task => task.TaskId, StringComparer.Ordinal)
                .Where(task => afterTaskId is null || string.CompareOrdinal(task.TaskId, afterTaskId) > 0)
                .Take(limit)]);

    public Task<TaskView[]> ListCompletedAsync(int limit) =>
        Task.FromResult<TaskView[]>([.. mesh.Completed.TakeLast(limit)]);

    public Task<TaskView[]> ListFailedAsync(TaskView? before, int limit) => Task.FromResult<TaskView[]>(
        [.. mesh.Completed.Where(task => task.Status == "failed").Take(limit)]);

    public Task<string?> CheckStoreAsync() => Task.FromResult(mesh.StoreFault);
}

public sealed class FakeMeshGrain(FakeMesh mesh) : Grain, IMeshGrain
{
    public Task<CostView[]> GetCostsAsync(DateOnly from, DateOnly to) => Task.FromResult<CostView[]>([.. mesh.Costs.Where(cost => cost.Day >= from && cost.Day <= to)]);

    public Task<string[]> GetPoolsAsync() => Task.FromResult<string[]>([.. mesh.Pools]);

    public Task<QueueView> GetQueueAsync(int limit, string? pool) => GetQueueOfAsync(limit, pool, 0, 10);

    public Task<QueueView> GetQueueOfAsync(int limit, string? pool, int priorityMin, int priorityMax) => Task.FromResult(new QueueView(
        mesh.Queue.Count, [.. mesh.Queue.Where(task => task.Priority >= priorityMin && task.Priority <= priorityMax).Take(limit)])
    {
        ByPriority = [.. Enumerable.Range(0, 11).Select(priority => mesh.Queue.LongCount(task => task.Priority == priority))],
    });

    public Task<PlacedTaskView[]> GetTasksOnAsync(string nodeId) => Task.FromResult<PlacedTaskView[]>(
        nodeId == "node-1" ? [new PlacedTaskView("task_1", "test", 5, 1, [0], DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000))] : []);

    public Task<PlanView[]> PlanAsync(TaskSpec[] tasks) => Task.FromResult<PlanView[]>(
    [
        .. tasks.Select(task => task.GpuCount == 0
            ? new PlanView("assigned", "node-1", [], "it fits", null)
            : new PlanView("queued", null, [], "no GPU here", new RequirementChangeView("gpu_count", "with none it would start now"))),
    ]);

    public Task<bool> SetCordonAsync(string nodeId, bool cordoned, TimeSpan? drainFor)
    {
        mesh.Cordons.Enqueue((nodeId, cordoned, drainFor));
        return Task.FromResult(mesh.Mesh.Nodes.Any(node => node.NodeId == nodeId));
    }

    public Task<TenantView[]> GetTenantsAsync() => Task.FromResult<TenantView[]>(
        [.. mesh.Tenants.Values.Select(grant => new TenantView("default", grant, 1, 2, 3, 0.25, 0.5)), new TenantView("default", new TenantGrant("default", 1, null, null), 0, 0, 0, 0, 0)]);

    public Task PutTenantAsync(TenantGrant grant)
    {
        mesh.Tenants[grant.Tenant] = grant;
        return Task.CompletedTask;
    }

    public Task<bool> DeleteTenantAsync(string tenant) => Task.FromResult(mesh.Tenants.TryRemove(tenant, out _));

    public Task<MeshView> GetMeshAsync() => Task.FromResult(mesh.Mesh);

    public Task<string[]> GetTaskTypesAsync() => Task.FromResult<string[]>([.. mesh.AnnouncedTypes]);
}

public sealed class FakeSchedulerGrain(FakeMesh mesh) : Grain, ISchedulerGrain
{
    public Task<SubmitOutcome[]> SubmitAsync(NewTask[] tasks)
    {
        if (mesh.GroupsUntilUnavailable is { } left)
        {
            if (left == 0)
            {
                throw new MeshUnavailableException("The store is out of reach.");
            }

            mesh.GroupsUntilUnavailable = left - 1;
        }

        return Task.FromResult(tasks.Select(task => mesh.Accept(task)).ToArray());
    }

    public Task<CancelOutcome> CancelAsync(string taskId) => Task.FromResult(CancelOutcome.NotFound);

    public Task<RetryOutcome> RetryAsync(string taskId) => Task.FromResult(RetryOutcome.NotFound);

    public Task<bool> SetCordonAsync(string nodeId, bool cordoned, TimeSpan? drainFor) => throw new NotSupportedException("The gateway asks the mesh.");

    public Task<bool> WatchAsync(string taskId) => Task.FromResult(false);

    public Task<ExplanationView?> ExplainAsync(string taskId) => Task.FromResult<ExplanationView?>(null);

    public Task<PlanView[]> PlanAsync(TaskSpec[] tasks) => throw new NotSupportedException("The gateway asks the mesh.");

    public Task<byte[]> RecordAsync(TaskSpec[] tasks) =>
        Task.FromResult(System.Text.Encoding.UTF8.GetBytes($$"""{"tasks":{{tasks.Length}}}"""));

    public Task<QueueView> GetQueueAsync(int limit) => throw new NotSupportedException("The gateway asks the mesh.");

    public Task<QueueView> GetQueueOfAsync(int limit, int priorityMin, int priorityMax) => throw new NotSupportedException("The gateway asks the mesh.");

    public Task<PlacedTaskView[]> GetTasksOnAsync(string nodeId) => throw new NotSupportedException("The gateway asks the mesh.");

    public Task<MeshView> GetMeshAsync() => throw new NotSupportedException("The gateway asks the mesh.");

    public Task TakeGrantsAsync() => Task.CompletedTask;

    public Task<TenantView[]> GetTenantsAsync() => throw new NotSupportedException("The gateway asks the mesh.");

    public Task<string[]> GetTaskTypesAsync() => throw new NotSupportedException("The gateway asks the mesh.");

    public Task NodeReportedAsync(NodeReport report) => Task.CompletedTask;

    public Task NodeLostAsync(string nodeId, long epoch, string reason, bool bySilence) => Task.CompletedTask;

    public Task AttemptsEndedAsync(AttemptEnd[] ended) => Task.CompletedTask;

    public Task PingAsync() => mesh.Unavailable ? throw new MeshUnavailableException("The store is out of reach.") : Task.CompletedTask;
}

public sealed class FakeNodeGrain(FakeMesh mesh) : Grain, INodeGrain
{
    private string Id => this.GetPrimaryKeyString();

    public async Task<JoinReply> JoinAsync(NodeRegistration registration, INodeAgentObserver agent)
    {
        if (mesh.NamesTaken.TryGetValue(Id, out var wait))
        {
            return new JoinReply(0, TimeSpan.FromSeconds(1), []) { RefusedFor = wait };
        }

        var epoch = mesh.Epochs.AddOrUpdate(Id, 1, (_, last) => last + 1);
        if (mesh.Observers.TryGetValue(Id, out var before))
        {
            await before.ReplacedAsync(epoch);
        }

        mesh.Observers[Id] = agent;
        mesh.NodeCalls.Writer.TryWrite(new NodeCall.Joined(Id, registration, epoch));
        return new JoinReply(epoch, TimeSpan.FromSeconds(1), [.. registration.Running.Where(attempt => attempt.TaskId == "task_unwanted")]);
    }

    public Task UpdateAsync(long epoch, NodeRegistration registration) => Note(new NodeCall.Updated(Id, registration));

    public async Task<HeartbeatReply> HeartbeatAsync(Heartbeat heartbeat)
    {
        await Note(new NodeCall.Beat(Id, heartbeat));
        return mesh.HeartbeatReply;
    }

    public async Task<ReportVerdict[]> ReportAsync(long epoch, AttemptReport[] reports)
    {
        if (mesh.ReportFailures > 0)
        {
            mesh.ReportFailures--;
            throw new MeshUnavailableException("The store is out of reach.");
        }

        await Note(new NodeCall.Reported(Id, epoch, reports));
        return [.. reports.Select(_ => ReportVerdict.Accepted)];
    }

    public Task DisconnectAsync(long epoch, string reason, bool mayReturn) => Note(new NodeCall.Disconnected(Id, epoch, reason, mayReturn));

    public Task<AssignmentRefusal[]> AssignAsync(NodeAssignment[] assignments) =>
        Task.FromResult<AssignmentRefusal[]>([]);

    public Task StopAsync(AttemptId attempt) => Task.CompletedTask;

    public Task PreemptAsync(LeavingAttempt[] attempts) => Task.CompletedTask;

    public Task<bool> WatchAsync(string taskId) => Task.FromResult(false);

    public Task AwaitTurnAsync(string pool) => Task.CompletedTask;

    public Task EnsureActiveAsync() => Task.CompletedTask;

    private Task Note(NodeCall call)
    {
        mesh.NodeCalls.Writer.TryWrite(call);
        return Task.CompletedTask;
    }
}

public sealed class FakeTaskOutputGrain(FakeMesh mesh) : Grain, ITaskOutputGrain
{
    public Task<OutputReceipt> AppendAsync(OutputBatch batch)
    {
        mesh.Outputs.Writer.TryWrite((this.GetPrimaryKeyString(), batch));
        return Task.FromResult(new OutputReceipt(IsStale: false, batch.From + batch.Pieces.Length));
    }

    public Task<OutputPage> ReadAsync(long position, TimeSpan wait)
    {
        var items = mesh.Logs.TryGetValue(this.GetPrimaryKeyString(), out var log) ? log.Where(item => item.Position >= position).ToArray() : [];
        return Task.FromResult(new OutputPage(items, items.Length == 0 ? position : items[^1].Position + 1, 0, IsComplete: false));
    }

    public Task<string?> GetProgressAsync() => Task.FromResult(
        mesh.Logs.TryGetValue(this.GetPrimaryKeyString(), out var log) ? log.LastOrDefault(item => item.Kind == OutputKind.Progress).Text : null);
}

public sealed class FakeAccessGrain(FakeMesh mesh) : Grain, IAccessGrain
{
    public Task<AccessSnapshot> GetAsync() => Task.FromResult(new AccessSnapshot([.. mesh.Keys]));

    public Task<CreatedSecret> CreateAsync(string name, string[] scopes, int? defaultPriority)
    {
        var secret = $"aur_{Guid.NewGuid():N}";
        var key = new AccessKey($"key-{mesh.Keys.Count + 1}", name, scopes, SHA256.HashData(Encoding.UTF8.GetBytes(secret)), DateTimeOffset.UnixEpoch) { DefaultPriority = defaultPriority };
        mesh.Keys.Add(key);
        return Task.FromResult(new CreatedSecret(key.KeyId, secret));
    }

    public Task<bool> RevokeAsync(string keyId) => Task.FromResult(mesh.Keys.RemoveAll(key => key.KeyId == keyId) > 0);
}
