using System.Net;
using System.Net.Sockets;
using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.NodeAgent.Tests.Executors.Runners;

/// <summary>What a script in bubblewrap can see and touch. The real program runs here.</summary>
public sealed class BubblewrapTests : IDisposable
{
    private readonly ScriptNode node = new();

    public void Dispose() => node.Dispose();

    [Fact]
    public async Task A_script_has_its_own_directory_and_the_scripts_and_can_write_nowhere_else()
    {
        node.Write("scripts/lib.sh", "said=from-the-library");
        node.Write("scripts/train.sh", """
            . "$(dirname "$0")/lib.sh"; echo "$said $(pwd) $HOME"
            echo made >"$AURORA_OUTPUT_DIR/made"; echo temporary >"$TMPDIR/a"; echo temporary >/tmp/b
            for place in /usr /etc "$(dirname "$0")"; do touch "$place/x" 2>/dev/null && echo "wrote to $place"; done
            exit 0
            """);
        await Sandboxes.UseAsync(node, "Bubblewrap");
        var attempt = Attempts.Of("training", """{"script":"train.sh"}""");

        var result = System.Text.Json.Nodes.JsonNode.Parse((await node.RunAsync(attempt)).Result!)!;

        Assert.Equal($"from-the-library {node.WorkPath(attempt)} {node.WorkPath(attempt)}\n", (string?)result["stdout"]);
        Assert.Equal("bubblewrap", (string?)result["runner"]);
        Assert.Equal("made", (string?)result["output_files"]![0]!["name"]);
    }

    [Fact]
    public async Task Nothing_of_the_agent_or_the_machine_is_in_sight()
    {
        var secret = node.Write("node/secret", "s3cret");
        await Sandboxes.UseAsync(node, "Bubblewrap");

        var result = await node.ResultOfAsync(ScriptNode.Source("bash", $$"""
            cat {{secret}} /etc/shadow 2>/dev/null
            ls {{node.DataPath}}; ls /home /root /var 2>/dev/null; ls /dev | grep -E 'nvidia|kfd|dri|sd|mem'
            [ "$(id -u)" != 0 ] || echo 'is root'
            grep -E '^(CapEff|NoNewPrivs)' /proc/self/status | tr -d '\t'
            ls /proc | grep -cE '^[0-9]+$'
            """));

        var lines = ((string)result["stdout"]!).TrimEnd().Split('\n');
        Assert.Equal(["scripts", "work", "CapEff:0000000000000000", "NoNewPrivs:1"], lines[..^1]);
        Assert.InRange(int.Parse(lines[^1], System.Globalization.CultureInfo.InvariantCulture), 1, 8);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task There_is_a_network_only_where_the_operator_says_so(bool hasNetwork)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await Sandboxes.UseAsync(node, "Bubblewrap", options => options with { HasNetwork = hasNetwork });

        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var outcome = await node.RunAsync(ScriptNode.Source("bash", $"exec 3<>/dev/tcp/127.0.0.1/{port}"));

        Assert.Equal(hasNetwork, outcome.Error is null);
        Assert.Equal(hasNetwork, listener.Pending());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_member_of_a_gang_that_cannot_meet_its_peers_says_why(bool hasNetwork)
    {
        await Sandboxes.UseAsync(node, "Bubblewrap", options => options with { HasNetwork = hasNetwork });

        var outcome = await node.RunAsync(ScriptNode.Source("bash", "exit 3") with { Gang = new GangAssignment(1, [new GangPeer("a", "rig-a"), new GangPeer("b", "rig-b")], 20_007) });

        Assert.Equal(
            hasNetwork ? "the script (in bubblewrap) ended with exit code 3"
                : "the script (in bubblewrap, without a network to its peers unless AURORA_SCRIPT_NETWORK is host) ended with exit code 3",
            outcome.Error);
    }

    [Fact]
    public async Task A_script_that_is_asked_to_end_may_write_a_last_checkpoint()
    {
        var files = new FakeTaskFiles();
        node.Files = files;
        node.Options = node.Options with { KillGrace = TimeSpan.FromSeconds(10), CheckpointInterval = TimeSpan.FromMilliseconds(1) };
        await Sandboxes.UseAsync(node, "Bubblewrap");
        using var stop = new CancellationTokenSource();
        var run = node.RunAsync(
            ScriptNode.Source("bash", "trap 'echo last >$AURORA_CHECKPOINT_DIR/step; exit 0' TERM; echo first >$AURORA_CHECKPOINT_DIR/step; while :; do sleep 0.05; done"),
            cancellationToken: stop.Token);
        await files.SeeAsync(Aurora.NodeAgent.Files.TaskFileSets.Checkpoint, found => found["step"] == "first\n");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.Equal("last\n", files.TextsOf(Aurora.NodeAgent.Files.TaskFileSets.Checkpoint)!["step"]);
    }
}
