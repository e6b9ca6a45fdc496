using Aurora.Client.Abstractions.Testing;

namespace Aurora.Client.Tests.Conformance;

public sealed class InMemoryMeshTests : MeshConformance
{
    protected override IAuroraMesh Mesh { get; } = new InMemoryAuroraMesh();

    [Fact]
    public async Task The_same_key_means_the_same_task()
    {
        var options = new SubmitOptions { IdempotencyKey = "order-7" };

        var first = await Mesh.SubmitAsync(new TestRequest(), options, TestContext.Current.CancellationToken);
        var again = await Mesh.SubmitAsync(new TestRequest(), options, TestContext.Current.CancellationToken);

        Assert.Equal(first.TaskId, again.TaskId);
    }

    [Fact]
    public async Task A_users_test_decides_what_its_tasks_return()
    {
        var mesh = new InMemoryAuroraMesh((request, _) => Task.FromResult<System.Text.Json.Nodes.JsonNode?>(request.Model));

        var handle = await mesh.SubmitAsync(new LlmInferenceRequest { Prompt = "Hello", Model = "llama3" }, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("llama3", (await handle.GetResultAsync(TestContext.Current.CancellationToken))!.Value.GetString());
        Assert.Equal("Hello", Assert.IsType<LlmInferenceRequest>(Assert.Single(mesh.Accepted)).Prompt);
    }
}
