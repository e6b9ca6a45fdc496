using System.Diagnostics;

namespace Aurora.EndToEnd.Tests.Harness;

/// <summary>A node whose GPU counts its energy and its errors. It says so when it is told to, and joins again after a silence in which its lease may have ended.</summary>
internal sealed class CountingNode : IAsyncDisposable
{
    private const string Register = """{"type":"register","node_info":{"gpu_count":1,"gpu_type":"H100","gpu_memory":80,"features":["heartbeat"]}}""";

    private const string Heartbeat = """
        {"type":"heartbeat","heartbeat":{"cpu_load":0.1,"attempts":[],"gpus":[{"index":0,"energy_joules":7250.5,
         "errors":[{"kind":"ecc_corrected","count":3},{"kind":"xid","xid":79,"count":1},{"kind":"made up","count":1}]}]}}
        """;

    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    private readonly LegacyNode node;
    private long beaten = Stopwatch.GetTimestamp();

    private CountingNode(LegacyNode node) => this.node = node;

    public static async Task<CountingNode> JoinAsync(Uri mesh, string name)
    {
        var node = await LegacyNode.ConnectAsync(mesh, name);
        await node.SendTextAsync(Register);
        return new CountingNode(node);
    }

    public async Task BeatAsync()
    {
        if (Stopwatch.GetElapsedTime(beaten) > Silence)
        {
            await node.SendTextAsync(Register);
        }

        await node.SendTextAsync(Heartbeat);
        beaten = Stopwatch.GetTimestamp();
    }

    public ValueTask DisposeAsync() => node.DisposeAsync();
}
