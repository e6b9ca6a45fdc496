using System.Text.Json.Nodes;

namespace Aurora.Client.Tests.Conformance;

public sealed class OrleansMeshTests(RealMesh real) : MeshConformance
{
    protected override IAuroraMesh Mesh => real.Orleans;

    [Fact]
    public async Task The_same_key_means_the_same_task()
    {
        var options = new SubmitOptions { IdempotencyKey = $"order-{Guid.NewGuid()}" };

        var first = await Mesh.SubmitAsync(new TestRequest(), options, TestContext.Current.CancellationToken);
        var again = await Mesh.SubmitAsync(new TestRequest(), options, TestContext.Current.CancellationToken);
        var other = await Mesh.SubmitAsync(new TestRequest(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(first.TaskId, again.TaskId);
        Assert.NotEqual(first.TaskId, other.TaskId);
    }

    [Theory]
    [InlineData("labels", """{"team":"vision"}""")]
    [InlineData("max_attempts", "1")]
    [InlineData("timeouts", """{"run_s":1}""")]
    public async Task What_only_the_gateway_understands_is_refused_and_not_dropped(string member, string value)
    {
        var request = new TestRequest { Members = new JsonObject { [member] = JsonNode.Parse(value) } };

        var refusal = await Assert.ThrowsAsync<InvalidTaskException>(() => Mesh.SubmitAsync(request, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(member, Assert.Single(refusal.Errors).Key);
    }

    [Fact]
    public async Task A_task_of_one_library_is_the_same_task_to_the_other()
    {
        var handle = await Mesh.SubmitAsync(new TestRequest { Model = "m", Sleep = TimeSpan.FromMilliseconds(1) }, cancellationToken: TestContext.Current.CancellationToken);
        var overOrleans = await handle.WaitAsync(TestContext.Current.CancellationToken);
        var overHttp = await real.Http.FindAsync(handle.TaskId, TestContext.Current.CancellationToken);

        Assert.Equal(Comparable(overOrleans), Comparable(overHttp!));

        static string Comparable(MeshTask task) => string.Join('|', task.TaskId, task.TaskType, task.Requirements.GetRawText(), task.Priority, task.Status, task.AssignedNode,
            task.SubmittedAt.ToUnixTimeMilliseconds(), task.StartedAt?.ToUnixTimeMilliseconds(), task.CompletedAt?.ToUnixTimeMilliseconds(), task.Result, task.Attempt, string.Join(',', task.Members.Keys));
    }
}
