using System.Text.Json.Nodes;

namespace Aurora.Client.Tests.Conformance;

/// <summary>What every <see cref="IAuroraMesh"/> does, whatever is behind it: a mesh with one active node that has no GPU.</summary>
public abstract partial class MeshConformance
{
    private static readonly TestRequest NeverPlaced = new() { GpuCount = 1, GpuType = "NO SUCH GPU", MemoryGb = 1 };

    protected abstract IAuroraMesh Mesh { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_is_committed_run_and_its_result_read()
    {
        var handle = await Mesh.SubmitAsync(new TestRequest { Priority = 7, Payload = new JsonObject { ["text"] = "Grüße" } }, cancellationToken: Cancellation);

        Assert.StartsWith("task_", handle.TaskId, StringComparison.Ordinal);
        Assert.True(handle.Submission!.IsAccepted);
        var result = await handle.GetResultAsync(Cancellation);
        Assert.Equal("Grüße", result!.Value.GetProperty("echo").GetProperty("text").GetString());
        var task = await handle.GetAsync(Cancellation);
        Assert.Equal((MeshTaskStatus.Completed, "test", 7, 1), (task.Status, task.TaskType, task.Priority, task.Attempt));
        Assert.NotNull(task.AssignedNode);
        Assert.InRange(task.CompletedAt!.Value, task.SubmittedAt, task.SubmittedAt.AddMinutes(5));
        Assert.Equal("Grüße", task.Members["payload"].GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_failed_task_says_why_and_has_no_result()
    {
        var handle = await Mesh.SubmitAsync(new TestRequest { FailWith = "out of luck" }, cancellationToken: Cancellation);

        var failure = await Assert.ThrowsAsync<TaskFailedException>(() => handle.GetResultAsync(Cancellation));
        Assert.Contains("out of luck", failure.Message, StringComparison.Ordinal);
        Assert.Equal(MeshTaskStatus.Failed, failure.EndedTask.Status);
        Assert.Null(failure.EndedTask.Result);
    }

    [Fact]
    public async Task A_task_without_a_place_waits_is_explained_listed_and_cancelled_once()
    {
        var handle = await Mesh.SubmitAsync(NeverPlaced, cancellationToken: Cancellation);

        Assert.Equal("queued", handle.Submission!.Status);
        Assert.NotNull(handle.Submission.Message);
        var waiting = await Mesh.WaitAsync(handle.TaskId, TimeSpan.FromMilliseconds(50), Cancellation);
        Assert.Equal(MeshTaskStatus.Queued, waiting!.Status);
        Assert.Equal("NO SUCH GPU", waiting.Requirements.GetProperty("gpu_type").GetString());
        var explanation = await Mesh.ExplainAsync(handle.TaskId, Cancellation);
        Assert.Equal("queued", explanation!.Status);
        Assert.NotEmpty(explanation.Nodes);
        Assert.All(explanation.Nodes.Values, node => Assert.NotEmpty(node.Refusals));
        Assert.Contains(await ActiveAsync(), task => task.TaskId == handle.TaskId);

        Assert.True(await handle.CancelAsync(Cancellation));
        Assert.False(await handle.CancelAsync(Cancellation));
        var failure = await Assert.ThrowsAsync<TaskFailedException>(() => handle.GetResultAsync(Cancellation));
        Assert.Equal(MeshTaskStatus.Cancelled, failure.EndedTask.Status);
        Assert.DoesNotContain(await ActiveAsync(), task => task.TaskId == handle.TaskId);
        Assert.Contains(await Mesh.ListEndedAsync(Cancellation), task => task.TaskId == handle.TaskId);
    }

    [Fact]
    public async Task A_task_that_is_not_there_is_said_to_be_so()
    {
        const string Nobody = "task_00000000000000000000000000000000";

        Assert.Null(await Mesh.FindAsync(Nobody, Cancellation));
        Assert.Null(await Mesh.WaitAsync(Nobody, TimeSpan.FromSeconds(30), Cancellation));
        Assert.Null(await Mesh.ExplainAsync(Nobody, Cancellation));
        await Assert.ThrowsAsync<TaskNotFoundException>(() => Mesh.CancelAsync(Nobody, Cancellation));
        await Assert.ThrowsAsync<TaskNotFoundException>(() => new TaskHandle(Mesh, Nobody).WaitAsync(Cancellation));
    }

    public static TheoryData<MeshTaskRequest, string> Refused => new()
    {
        { new TestRequest { Priority = 11 }, "priority" },
        { new TestRequest { MemoryGb = -1 }, "requirements.memory_gb" },
        { new TestRequest { GpuCount = 5000 }, "requirements.gpu_count" },
        { new TestRequest { GpuType = " " }, "requirements.gpu_type" },
        { new MeshTaskRequest("no-such-type"), "task_type" },
        { new CustomRequest(), "script" },
        { new EmbeddingsRequest([]), "payload.input" },
        { new LlmInferenceRequest(), "payload" },
        { new TestRequest { MaxAttempts = 0 }, "max_attempts" },
        { new TestRequest { Timeouts = new TaskTimeouts { Run = TimeSpan.Zero } }, "timeouts.run_s" },
        { new TestRequest { Retry = new TaskRetry { On = ["bad_luck"] } }, "retry.on" },
        { new TestRequest { After = [] }, "after" },
        { new TestRequest { Labels = new Dictionary<string, string> { ["a=b"] = "c" } }, "labels" },
        { new TestRequest { Webhook = new Uri("ftp://example.org") }, "webhook" },
        { new TestRequest { Pool = "no pool" }, "pool" },
        { new TestRequest { Tenant = "" }, "tenant" },
        { new TestRequest { Duration = TimeSpan.FromDays(400) }, "duration_s" },
        { new TestRequest { FailsWhenLate = true }, "on_late" },
        { new TestRequest { AnyOf = [] }, "requirements.any_of" },
        { new TestRequest { PreferredGpuType = " " }, "requirements.preferences.gpu_type" },
        { new TestRequest { PlacementProfile = "greedy" }, "requirements.placement_profile" },
        { new TestRequest { GpuSpeeds = new Dictionary<string, double> { ["V100"] = 0 } }, "requirements.gpu_speeds" },
        { new TestRequest { Members = new JsonObject { ["count"] = 3 } }, "count" },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task A_bad_value_is_refused_by_its_field(MeshTaskRequest request, string field)
    {
        var refusal = await Assert.ThrowsAsync<InvalidTaskException>(() => Mesh.SubmitAsync(request, cancellationToken: Cancellation));
        var inBatch = await Assert.ThrowsAsync<InvalidTaskException>(() => Mesh.SubmitBatchAsync([NeverPlaced, request], cancellationToken: Cancellation));

        Assert.Contains(field, refusal.Errors.Keys);
        Assert.Contains($"tasks[1].{field}", inBatch.Errors.Keys);
    }

    [Fact]
    public async Task A_batch_keeps_its_order_and_every_task_ends()
    {
        var handles = await Mesh.SubmitBatchAsync([.. Enumerable.Range(0, 20).Select(i => new TestRequest { Payload = i })], cancellationToken: Cancellation);

        Assert.Equal(20, handles.Select(handle => handle.TaskId).Distinct().Count());
        foreach (var (index, handle) in handles.Index())
        {
            Assert.Equal(index, (await handle.GetResultAsync(Cancellation))!.Value.GetProperty("echo").GetInt32());
        }
    }

    [Fact]
    public async Task A_result_is_read_into_a_type()
    {
        var handle = await Mesh.SubmitAsync(new TestRequest { Payload = 42 }, cancellationToken: Cancellation);

        var result = await handle.GetResultAsync(ResultContext.Default.Echo, Cancellation);
        Assert.Equal(42, result!.Value);
    }

    [Fact]
    public async Task The_mesh_shows_its_node_and_its_totals()
    {
        var node = Assert.Single(await Mesh.ListNodesAsync(Cancellation));
        Assert.Equal(("active", "CPU", 0), (node.Status, node.GpuType, node.GpuCount));
        Assert.NotEmpty(node.NodeId);
        Assert.Contains("test", node.TaskTypes);

        await (await Mesh.SubmitAsync(new TestRequest(), cancellationToken: Cancellation)).WaitAsync(Cancellation);
        var status = await Mesh.GetStatusAsync(Cancellation);
        Assert.Equal((1, 0, 0L), (status.TotalNodes, status.TotalGpus, status.TotalVram));
        Assert.True(status.CompletedTasks >= 1);
    }

    private async Task<List<MeshTask>> ActiveAsync() => await Mesh.ListActiveAsync(Cancellation).ToListAsync(Cancellation);
}
