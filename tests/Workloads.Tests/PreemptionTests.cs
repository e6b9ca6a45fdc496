using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Workloads.Tests;

/// <summary>An urgent task, a full machine, and a script that leaves it with what it has done so far.</summary>
public sealed class PreemptionTests : IDisposable
{
    // The first attempt works until it is asked to end; then it takes as long over its checkpoint as the test wants.
    private const string Victim = """
        step=$(cat "$AURORA_CHECKPOINT_DIR/step" 2>/dev/null || echo 0)
        echo "attempt $AURORA_ATTEMPT goes on after step $step"
        leave() {
          touch "$SHARED/asked"
          while [ ! -e "$SHARED/may-leave" ]; do sleep 0.05; done
          echo 7 >"$AURORA_CHECKPOINT_DIR/step"
          touch "$SHARED/left"
          exit 143
        }
        trap leave TERM
        touch "$SHARED/running"
        while [ "$AURORA_ATTEMPT" = 1 ]; do sleep 0.05; done
        echo "done after step $step" >"$AURORA_OUTPUT_DIR/model.bin"
        """;

    private const string Urgent = """
        [ -e "$SHARED/left" ] || { echo "the GPU is not free yet" >&2; exit 1; }
        """;

    private readonly TemporaryDirectory shared = new();

    public void Dispose() => shared.Dispose();

    [Theory]
    [InlineData("orleans")]
    [InlineData("websocket")]
    public async Task A_script_leaves_with_a_checkpoint_for_an_urgent_one_and_goes_on_from_it_afterwards(string transport)
    {
        await using var mesh = await MeshProcess.StartAsync(new MeshSettings
        {
            Environment = new Dictionary<string, string?> { ["AURORA_PREEMPTION"] = "true" },
        });
        await using var agent = AgentProcess.Start(
            mesh.Url, "only", [Gpus.Rtx4090], ("AURORA_TRANSPORT", transport), ("AURORA_ALLOW_SCRIPTS", "allowlist"), ("AURORA_SCRIPTS_DIR", shared.Path),
            ("AURORA_SCRIPT_GRACE_S", "60"));
        await mesh.Client.SeeNodeAsync("only");
        var victim = await SubmitAsync(mesh, "victim.sh", Victim, priority: 2);
        await SeeFileAsync("running", mesh);

        var urgent = await SubmitAsync(mesh, "urgent.sh", Urgent, priority: 9);
        await SeeFileAsync("asked", mesh);

        Assert.Equal("queued", (await mesh.Client.TaskAsync(urgent)).Text("status"));
        Assert.Contains($"{victim} of lower priority was asked to leave", (await mesh.Client.GetAsync($"tasks/{urgent}/explain")).Text("summary"), StringComparison.Ordinal);
        Assert.Contains($"preempted for {urgent}", (await mesh.Client.GetAsync($"tasks/{victim}/explain")).Text("summary"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(shared.Path, "may-leave"), "");

        var first = await mesh.Client.SeeTaskAsync(urgent, "completed");
        var second = await mesh.Client.SeeTaskAsync(victim, "completed");
        Assert.Equal((1, 2), (first.Number("attempt"), second.Number("attempt")));
        Assert.Equal("done after step 7\n", await mesh.Client.TextAsync($"tasks/{victim}/artifacts/model.bin"));
        var said = (await mesh.Client.TextAsync($"tasks/{victim}/logs")).Split('\n').Where(line => line.StartsWith("attempt", StringComparison.Ordinal));
        Assert.Equal(["attempt 1 goes on after step 0", "attempt 2 goes on after step 7"], said);
        Assert.Contains("event: task.preempted", await mesh.Client.TextAsync($"tasks/{victim}/events"), StringComparison.Ordinal);
        var metrics = await mesh.Client.TextAsync("metrics");
        Assert.Contains(metrics.Split('\n'), line => line.StartsWith("aurora_preemptions_total{", StringComparison.Ordinal) && line.Contains("task_type=\"training\"", StringComparison.Ordinal) && line.Contains("} 1", StringComparison.Ordinal));
        Assert.DoesNotContain(metrics.Split('\n'), line => line.StartsWith("aurora_task_failures_total{", StringComparison.Ordinal));
    }

    private async Task<string> SubmitAsync(MeshProcess mesh, string name, string script, int priority)
    {
        await File.WriteAllTextAsync(Path.Combine(shared.Path, name), $"SHARED='{shared.Path}'\n{script}\n");
        return await mesh.Client.SubmitForIdAsync(
            $$$"""{"task_type":"training","script":"{{{name}}}","priority":{{{priority}}},"requirements":{"gpu_count":1,"memory_gb":20}}""");
    }

    private Task SeeFileAsync(string name, MeshProcess mesh) => Eventually.SeeAsync(
        $"the script has written {name}", () => Task.FromResult(File.Exists(Path.Combine(shared.Path, name))), isThere => isThere, () => mesh.Tail);
}
