namespace Aurora.Client.Tests.Conformance;

[Collection(nameof(RealMesh))]
public sealed class OrleansMeshTests(RealMesh real) : RealMeshConformance(real)
{
    protected override IAuroraMesh Mesh => Real.Orleans;

    [Fact]
    public async Task A_submit_that_is_repeated_through_the_other_library_is_the_same_task()
    {
        var options = new SubmitOptions { IdempotencyKey = $"order-{Guid.NewGuid()}" };

        var first = await Mesh.SubmitAsync(new TestRequest { Payload = "x" }, options, TestContext.Current.CancellationToken);
        var again = await Real.Http.SubmitAsync(new TestRequest { Payload = "x" }, options, TestContext.Current.CancellationToken);

        Assert.Equal(first.TaskId, again.TaskId);
    }

    [Fact]
    public async Task An_array_that_is_repeated_through_the_other_library_is_the_same_group()
    {
        var options = new SubmitOptions { IdempotencyKey = $"array-{Guid.NewGuid()}" };

        var first = await Mesh.SubmitArrayAsync(new TestRequest { Payload = "{index}" }, 3, options, TestContext.Current.CancellationToken);
        var again = await Real.Http.SubmitArrayAsync(new TestRequest { Payload = "{index}" }, 3, options, TestContext.Current.CancellationToken);

        Assert.Equal(first.Submissions.Select(submission => submission.TaskId), again.Submissions.Select(submission => submission.TaskId));
    }

    [Fact]
    public async Task What_only_a_gateway_can_judge_is_refused_and_not_dropped()
    {
        var request = new TestRequest { Webhook = new Uri("https://example.org/ended") };

        var refusal = await Assert.ThrowsAsync<InvalidTaskException>(() => Mesh.SubmitAsync(request, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal("webhook", Assert.Single(refusal.Errors).Key);
    }

    [Fact]
    public async Task Text_that_no_database_takes_is_refused()
    {
        var request = new TestRequest { Payload = "a\0b" };

        var refusal = await Assert.ThrowsAsync<InvalidTaskException>(() => Mesh.SubmitAsync(request, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal("payload", Assert.Single(refusal.Errors).Key);
    }

    [Fact]
    public async Task A_task_of_one_library_is_the_same_task_to_the_other()
    {
        var request = new TestRequest
        {
            Model = "m",
            Sleep = TimeSpan.FromMilliseconds(1),
            MaxAttempts = 2,
            Labels = new Dictionary<string, string> { ["team"] = "vision" },
            Timeouts = new TaskTimeouts { Run = TimeSpan.FromSeconds(30) },
            Retry = new TaskRetry { On = ["error"] },
            Duration = TimeSpan.FromSeconds(1),
            Deadline = DateTimeOffset.UtcNow.AddHours(1),
        };
        var handle = await Mesh.SubmitAsync(request, cancellationToken: TestContext.Current.CancellationToken);
        var overOrleans = await handle.WaitAsync(TestContext.Current.CancellationToken);
        var overHttp = await Real.Http.FindAsync(handle.TaskId, TestContext.Current.CancellationToken);

        Assert.Equal(Comparable(overOrleans), Comparable(overHttp!));

        static string Comparable(MeshTask task) => string.Join('|', task.TaskId, task.TaskType, task.Requirements.GetRawText(), task.Priority, task.Status, task.AssignedNode,
            task.SubmittedAt.ToUnixTimeMilliseconds(), task.StartedAt?.ToUnixTimeMilliseconds(), task.CompletedAt?.ToUnixTimeMilliseconds(), task.Result, task.Attempt, string.Join(',', task.Members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{member.Key}={member.Value.GetRawText()}")));
    }
}
