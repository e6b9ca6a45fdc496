using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.EndToEnd.Tests;

/// <summary>A broken or hostile node ends its own socket and nobody else's.</summary>
public sealed class HostileFrameTests(SharedMesh mesh)
{
    public static TheoryData<string> BeforeRegister =>
    [
        """{"type":"ping"}""",
        """{"type":"task_complete","task_id":"task_of_somebody_else","result":{}}""",
        "not json",
        "[1,2,3]",
        "\"register\"",
        "{",
        """{"type":"register"}""",
        """{"type":"register","node_info":"RTX 4090"}""",
        """{"type":"register","node_info":{"gpu_count":-1,"gpu_type":"X","gpu_memory":24}}""",
        """{"type":"register","node_info":{"gpu_count":1,"gpu_type":"X","gpu_memory":1e300}}""",
    ];

    [Theory]
    [MemberData(nameof(BeforeRegister))]
    public async Task A_socket_that_does_not_start_with_a_sound_register_is_closed_with_a_reason(string frame)
    {
        await using var other = await LegacyNode.JoinAsync(mesh.Url, "bystander-first", "BYSTANDER 1");
        await using var hostile = await LegacyNode.ConnectAsync(mesh.Url, "hostile-first");

        await hostile.SendTextAsync(frame);

        await ClosesWithReasonAsync(hostile);
        await StillServesAsync(other);
        Assert.Null((await mesh.Client.GetAsync("mesh/nodes"))["nodes"]!["hostile-first"]);
    }

    [Fact]
    public async Task A_registered_node_that_sends_what_is_not_json_is_closed_and_the_others_go_on()
    {
        await using var other = await LegacyNode.JoinAsync(mesh.Url, "bystander-later", "BYSTANDER 2");
        (byte[] Bytes, WebSocketMessageType Type)[] frames =
        [
            (Encoding.UTF8.GetBytes("}{"), WebSocketMessageType.Text),
            ([0, 159, 146, 150], WebSocketMessageType.Binary),
            (Encoding.UTF8.GetBytes(new string('[', 100_000)), WebSocketMessageType.Text),
        ];
        foreach (var (bytes, type) in frames)
        {
            await using var hostile = await LegacyNode.JoinAsync(mesh.Url, "hostile-later", "HOSTILE 1");

            await hostile.SendAsync(bytes, type);

            await ClosesWithReasonAsync(hostile);
            await StillServesAsync(other);
        }
    }

    [Fact]
    public async Task A_frame_without_end_is_cut_off()
    {
        await using var other = await LegacyNode.JoinAsync(mesh.Url, "bystander-large", "BYSTANDER 3");
        await using var hostile = await LegacyNode.JoinAsync(mesh.Url, "hostile-large", "HOSTILE 2");

        try
        {
            await hostile.SendAsync(Encoding.UTF8.GetBytes($$"""{"type":"ping","filler":"{{new string('x', 64 << 20)}}"}"""), WebSocketMessageType.Text);
        }
        catch (WebSocketException)
        {
            // The mesh closed the connection before it had taken all of it, as it should.
        }

        await Eventually.GetAsync("the socket of the oversized frame is closed", hostile.Closed, () => mesh.Process.Tail);
        await StillServesAsync(other);
    }

    private async Task ClosesWithReasonAsync(LegacyNode hostile)
    {
        var (status, reason) = await Eventually.GetAsync("the hostile socket is closed", hostile.Closed, () => mesh.Process.Tail);
        Assert.True(status is not null && reason.Length > 0, $"closed with status {status} and reason '{reason}'\n{mesh.Process.Tail}");
    }

    private async Task StillServesAsync(LegacyNode node)
    {
        await node.SendAsync(new JsonObject { ["type"] = "ping" });
        Assert.Equal("pong", (await node.NextAsync("a pong")).Text("type"));
        Assert.Equal(200, await mesh.Client.StatusOfAsync("health"));
    }
}
