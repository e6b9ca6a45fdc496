using Aurora.GatewayApi.Tests.Fakes;
using Aurora.Grains.Interfaces.Output;

namespace Aurora.GatewayApi.Tests.WebSockets;

/// <summary>The frames of the feature <c>output</c>.</summary>
public sealed class OutputFrameTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    private readonly string _node = $"node-{Guid.NewGuid():N}";

    [Fact]
    public async Task Output_of_an_attempt_reaches_the_mesh_and_is_acknowledged()
    {
        using var node = await JoinAsync("""["attempts","output"]""");

        await node.SendAsync("""{"type":"task_output","task_id":"task_1","attempt":2,"from":7,"oldest":3,"pieces":[{"kind":"stdout","text":"a\n"},{"kind":"delta","text":"{}"}],"last":true}""");
        var ack = (await node.NextAsync("output_ack"))!.Value;
        var (taskId, batch) = await Mesh.Outputs.Reader.ReadAsync();

        Assert.Equal("""{"type":"output_ack","task_id":"task_1","attempt":2,"stale":false,"next":9}""", ack.GetRawText());
        Assert.Equal(("task_1", 2, 7L, 3L, true), (taskId, batch.Attempt, batch.From, batch.Oldest, batch.IsLast));
        Assert.Equal([new OutputPiece(OutputKind.Stdout, "a\n"), new OutputPiece(OutputKind.Delta, "{}")], batch.Pieces);
    }

    [Theory]
    [InlineData("""{"type":"task_output","attempt":1,"from":0,"pieces":[]}""", "task_id")]
    [InlineData("""{"type":"task_output","task_id":"t","attempt":0,"from":0,"pieces":[]}""", "attempt")]
    [InlineData("""{"type":"task_output","task_id":"t","attempt":1,"from":-1,"pieces":[]}""", "from")]
    [InlineData("""{"type":"task_output","task_id":"t","attempt":1,"from":0,"pieces":[{"kind":"stdlog","text":""}]}""", "pieces[0]")]
    public async Task A_frame_that_cannot_be_meant_is_answered_with_what_is_wrong_and_the_socket_stays(string frame, string names)
    {
        using var node = await JoinAsync("""["attempts","output"]""");

        await node.SendAsync(frame);

        Assert.Contains(names, (await node.NextAsync("error"))!.Value.GetProperty("message").GetString(), StringComparison.Ordinal);
        await node.SendAsync("""{"type":"ping"}""");
        Assert.NotNull(await node.NextAsync("pong"));
        Assert.Equal(0, Mesh.Outputs.Reader.Count);
    }

    [Fact]
    public async Task Without_the_feature_the_frame_is_a_sign_of_life_and_nothing_else()
    {
        using var node = await JoinAsync("[]");

        await node.SendAsync("""{"type":"task_output","task_id":"t","attempt":1,"from":0,"pieces":[{"kind":"stdout","text":"x"}]}""");
        await node.SendAsync("""{"type":"ping"}""");

        Assert.NotNull(await node.NextAsync("pong"));
        Assert.Equal(0, Mesh.Outputs.Reader.Count);
    }

    private async Task<NodeClient> JoinAsync(string features)
    {
        var node = await NodeClient.ConnectAsync(Gateway, _node);
        await node.SendAsync($$$"""{"type":"register","node_info":{"gpu_count":0,"features":{{{features}}}}}""");
        Assert.NotNull(await node.NextAsync("registered"));
        return node;
    }
}
