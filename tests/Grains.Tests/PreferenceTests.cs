namespace Aurora.Grains.Tests;

/// <summary><c>requirements.preferences</c>, from the JSON of a task to where it runs.</summary>
public sealed class PreferenceTests(MeshCluster mesh) : IClassFixture<MeshCluster>
{
    [Fact]
    public async Task What_is_preferred_is_taken_where_it_is_free_and_is_no_reason_to_wait()
    {
        await using var near = await mesh.JoinAsync("near", Given.Node() with { Facts = """{"labels":{"of":"wish","zone":"lab"}}""", MaxParallel = 1 });
        await using var far = await mesh.JoinAsync("far", Given.Node() with { Facts = """{"labels":{"of":"wish","zone":"cellar"}}""", MaxParallel = 1 });
        var task = Given.TestTask() with { Requirements = """{"node_labels":{"of":"wish"},"preferences":{"node_labels":{"zone":"lab","of":"others"}}}""" };

        var (first, _) = await mesh.SubmitAsync(task);
        var preferred = await near.NextAssignmentAsync();
        var (second, _) = await mesh.SubmitAsync(task);
        var other = await far.NextAssignmentAsync();
        var (third, waiting) = await mesh.SubmitAsync(task);
        await far.CompleteAsync(other.Id);
        var next = await far.NextAssignmentAsync();

        Assert.Equal((first, second, third), (preferred.TaskId, other.TaskId, next.TaskId));
        Assert.Equal("queued", waiting.Status);
        await far.CompleteAsync(next.Id);
        await near.CompleteAsync(preferred.Id);
    }
}
