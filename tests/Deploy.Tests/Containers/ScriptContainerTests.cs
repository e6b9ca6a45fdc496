using System.Runtime.Versioning;
using System.Text.Json;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Deploy.Tests.Containers;

/// <summary>Scripts in containers of a real engine, from a submit to a mesh to the files that they leave.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ScriptContainerTests
{
    private const string Honest = """
        echo "$(id -u) in $AURORA_ATTEMPT"
        (echo x >/usr/written) 2>/dev/null && echo 'the image can be written'
        (exec 3<>/dev/tcp/127.0.0.1/$PORT) 2>/dev/null && echo 'the network can be reached'
        [ -e "$SECRET" ] && echo 'the machine can be read'
        echo '{"progress":0.5}' >>"$AURORA_PROGRESS_FILE"
        echo weights >"$AURORA_OUTPUT_DIR/model.bin"
        """;

    // Bounded by itself as well: at most a thousand processes, which end after a minute.
    private const string ForkBomb = "f() { if [ $1 -gt 0 ]; then f $(($1 - 1)) & f $(($1 - 1)) & fi; sleep 60; }; f 8";

    // The first attempt waits for its end and leaves a checkpoint when it is asked to; the second one finds that.
    private const string Training = """
        echo "attempt $AURORA_ATTEMPT goes on after $(cat "$AURORA_CHECKPOINT_DIR/step" || echo nothing)"
        [ "$AURORA_ATTEMPT" = 1 ] || exit 0
        trap 'echo step 7 >"$AURORA_CHECKPOINT_DIR/step"; exit 9' TERM
        echo 'training'
        while :; do sleep 0.1; done
        """;

    [Fact]
    public async Task A_script_in_a_container_sees_little_leaves_its_files_is_contained_and_ended_when_it_is_told_to()
    {
        await using var engine = await ContainerEngine.StartAsync();
        var client = await engine.WriteClientAsync();
        await using var mesh = await MeshProcess.StartAsync();
        await using var agent = AgentProcess.Start(
            mesh.Url, "box", [],
            ("AURORA_ALLOW_SCRIPTS", "any"), ("AURORA_SCRIPT_RUNNER", "container"), ("AURORA_SCRIPT_ENGINE", client), ("AURORA_SCRIPT_IMAGE", ContainerEngine.BaseImage),
            ("AURORA_SCRIPT_PROCESSES_MAX", "96"), ("AURORA_SCRIPT_MEMORY_MB_MAX", "512"));
        await Eventually.SeeAsync(
            "the node runs scripts", () => mesh.Client.GetAsync("mesh/nodes"), nodes => nodes["nodes"]!["box"]?["facts"]?["script_runner"]?.ToString() == "podman", () => agent.Tail);

        var honest = await SubmitAsync(mesh, Honest, $$"""{"PORT":{{mesh.Url.Port}},"SECRET":"{{agent.DataPath}}/nodes"}""");
        var made = await mesh.Client.SeeTaskAsync(honest, "completed");
        Assert.Equal(("65534 in 1\n", "podman"), (made.Object("result").Text("stdout"), made.Object("result").Text("runner")));
        Assert.Equal("weights\n", await mesh.Client.TextAsync($"tasks/{honest}/artifacts/model.bin"));

        var bomb = await mesh.Client.SeeTaskAsync(await SubmitAsync(mesh, ForkBomb), "failed");
        Assert.Contains("(in podman) was killed", bomb.Text("error"), StringComparison.Ordinal);

        var trained = await SubmitAsync(mesh, Training);
        await SeeInLogAsync(mesh, trained, "training");
        Assert.Equal(204, (int)(await mesh.Client.SendAsync(HttpMethod.Post, "mesh/nodes/box/drain?deadline=1s")).Status);
        await mesh.Client.SeeTaskAsync(trained, "queued");
        Assert.Equal(204, (int)(await mesh.Client.SendAsync(HttpMethod.Post, "mesh/nodes/box/uncordon")).Status);
        await mesh.Client.SeeTaskAsync(trained, "completed", task => task.Number("attempt") == 2);
        await SeeInLogAsync(mesh, trained, "attempt 2 goes on after step 7");

        var cancelled = await SubmitAsync(mesh, "trap '' TERM; echo begun; while :; do sleep 0.1; done");
        await SeeInLogAsync(mesh, cancelled, "begun");
        Assert.Equal(200, (int)(await mesh.Client.SendAsync(HttpMethod.Delete, $"tasks/{cancelled}")).Status);
        await Eventually.SeeAsync("no container is left", () => engine.RunAsync(["ps", "--all", "--quiet"]), containers => containers.Trim().Length == 0, () => agent.Tail);
    }

    private static Task<string> SeeInLogAsync(MeshProcess mesh, string taskId, string text) => Eventually.SeeAsync(
        $"the log says '{text}'", () => mesh.Client.TextAsync($"tasks/{taskId}/logs"), log => log.Contains(text, StringComparison.Ordinal), () => mesh.Tail);

    private static Task<string> SubmitAsync(MeshProcess mesh, string source, string environment = "{}", string more = ""","max_attempts":1""") => mesh.Client.SubmitForIdAsync(
        $$"""{"task_type":"custom","interpreter":"bash","script_source":{{JsonSerializer.Serialize(source)}},"env":{{environment}},"requirements":{"gpu_count":0}{{more}} }""");
}
