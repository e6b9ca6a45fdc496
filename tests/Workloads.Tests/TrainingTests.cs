using System.Diagnostics;
using System.Security.Cryptography;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Workloads.Tests;

/// <summary>A training run and what of it outlives the machine that it began on.</summary>
public sealed class TrainingTests(SharedMesh mesh) : IClassFixture<SharedMesh>, IDisposable
{
    // Ten steps; the first attempt waits after the fourth until something ends it.
    private const string Script = """
        step=$(cat "$AURORA_CHECKPOINT_DIR/step" 2>/dev/null || echo 0)
        echo "attempt $AURORA_ATTEMPT goes on after step $step"
        echo "$PPID $$" >"$PIDS/$AURORA_ATTEMPT.tmp" && mv "$PIDS/$AURORA_ATTEMPT.tmp" "$PIDS/$AURORA_ATTEMPT"
        while [ "$step" -lt 10 ]; do
          step=$((step + 1))
          echo "$step" >"$AURORA_CHECKPOINT_DIR/step.tmp" && mv "$AURORA_CHECKPOINT_DIR/step.tmp" "$AURORA_CHECKPOINT_DIR/step"
          echo "{\"progress\":0.$((step - 1)),\"step\":$step}"
          while [ "$AURORA_ATTEMPT" = 1 ] && [ "$step" = 4 ]; do sleep 0.1; done
        done
        echo "weights after $step steps" >"$AURORA_OUTPUT_DIR/model.bin"
        """;

    private readonly TemporaryDirectory files = new();

    public void Dispose() => files.Dispose();

    [Fact]
    public async Task A_run_goes_on_from_its_checkpoint_when_its_machine_dies_and_its_log_is_followed_all_along()
    {
        await using var first = Start("first", Gpus.Rtx4090);
        await mesh.Client.SeeNodeAsync("first");
        var taskId = await SubmitAsync(Gpus.Rtx4090);
        var log = mesh.Client.TextAsync($"tasks/{taskId}/logs?follow=true");
        await SeeCheckpointAsync(taskId);
        await using var second = Start("second", Gpus.Rtx4090);
        await mesh.Client.SeeNodeAsync("second");

        await first.KillAsync();
        foreach (var id in (await File.ReadAllTextAsync(Path.Combine(files.Path, "1"))).Split(' ').Select(int.Parse))
        {
            Process.GetProcessById(id).Kill();
        }

        await SeeEndAsync(taskId, log, "second");
    }

    [Fact]
    public async Task A_run_moves_with_its_checkpoint_when_its_machine_is_drained()
    {
        await using var first = Start("drained", Gpus.A40);
        await mesh.Client.SeeNodeAsync("drained");
        var taskId = await SubmitAsync(Gpus.A40);
        var log = mesh.Client.TextAsync($"tasks/{taskId}/logs?follow=true");
        await SeeCheckpointAsync(taskId);
        await using var second = Start("other", Gpus.A40);
        await mesh.Client.SeeNodeAsync("other");

        Assert.Equal(204, (int)(await mesh.Client.SendAsync(HttpMethod.Post, "mesh/nodes/drained/drain?deadline=1s")).Status);

        await SeeEndAsync(taskId, log, "other");
        await LeaveAsync(first, second);
    }

    [Fact]
    public async Task A_run_on_a_drained_machine_goes_on_elsewhere_from_the_checkpoint_that_it_wrote_when_it_was_asked_to_end()
    {
        await File.WriteAllTextAsync(Path.Combine(files.Path, "leave.sh"), """
            echo "attempt $AURORA_ATTEMPT goes on after $(cat "$AURORA_CHECKPOINT_DIR/step" 2>/dev/null || echo nothing)"
            [ "$AURORA_ATTEMPT" = 1 ] || exit 0
            trap 'sleep 1; echo "step 7" >"$AURORA_CHECKPOINT_DIR/step"; exit 9' TERM
            echo ready
            while :; do sleep 0.1; done
            """);
        await using var first = Start("leaving", Gpus.M3Max);
        await mesh.Client.SeeNodeAsync("leaving");
        var taskId = await mesh.Client.SubmitForIdAsync(
            $$"""{"task_type":"training","script":"leave.sh","max_attempts":1,"requirements":{"gpu_type":"{{Gpus.M3Max.Type}}","gpu_count":1,"memory_gb":1} }""");
        await using var second = Start("taking", Gpus.M3Max);
        await mesh.Client.SeeNodeAsync("taking");
        await SeeInLogAsync(taskId, "ready");

        Assert.Equal(204, (int)(await mesh.Client.SendAsync(HttpMethod.Post, "mesh/nodes/leaving/drain?deadline=1s")).Status);

        var task = await mesh.Client.SeeTaskAsync(taskId, "completed");
        Assert.Equal(("taking", 2), (task.Text("assigned_node"), task.Number("attempt")));
        await SeeInLogAsync(taskId, "attempt 2 goes on after step 7");
        await LeaveAsync(first, second);
    }

    // Nodes that vanish together, as those of several tests would, are held: the machine that dies is to be the only one.
    private static Task LeaveAsync(params AgentProcess[] agents) => Task.WhenAll(agents.Select(agent => agent.StopAsync()));

    private Task SeeInLogAsync(string taskId, string text) => Eventually.SeeAsync(
        $"the log says '{text}'", () => mesh.Client.TextAsync($"tasks/{taskId}/logs"), log => log.Contains(text, StringComparison.Ordinal), () => mesh.Process.Tail);

    private AgentProcess Start(string name, (string Type, int MemoryGb) gpu) => AgentProcess.Start(
        mesh.Url, name, [gpu], ("AURORA_ALLOW_SCRIPTS", "allowlist"), ("AURORA_SCRIPTS_DIR", files.Path), ("AURORA_CHECKPOINT_EVERY_S", "1"));

    private async Task<string> SubmitAsync((string Type, int MemoryGb) gpu)
    {
        await File.WriteAllTextAsync(Path.Combine(files.Path, "train.sh"), $"PIDS='{files.Path}'\n{Script}");
        return await mesh.Client.SubmitForIdAsync(
            $$"""{"task_type":"training","script":"train.sh","requirements":{"gpu_type":"{{gpu.Type}}","gpu_count":1,"memory_gb":1} }""");
    }

    private Task SeeCheckpointAsync(string taskId) => Eventually.SeeAsync(
        "the mesh has the checkpoint of step 4",
        async () => await mesh.Client.StatusOfAsync($"tasks/{taskId}/files/checkpoint") == 200
            ? (await mesh.Client.GetAsync($"tasks/{taskId}/files/checkpoint"))["files"]![0]!["sha256"]!.GetValue<string>()
            : "",
        sha256 => sha256 == Convert.ToHexStringLower(SHA256.HashData("4\n"u8)),
        () => mesh.Process.Tail);

    private async Task SeeEndAsync(string taskId, Task<string> log, string node)
    {
        var task = await mesh.Client.SeeTaskAsync(taskId, "completed");
        Assert.Equal((node, 2), (task.Text("assigned_node"), task.Number("attempt")));
        Assert.Equal("weights after 10 steps\n", await mesh.Client.TextAsync($"tasks/{taskId}/artifacts/model.bin"));
        var said = (await log).Split('\n').Where(line => line.StartsWith("attempt", StringComparison.Ordinal));
        Assert.Equal(["attempt 1 goes on after step 0", "attempt 2 goes on after step 4"], said);
    }
}
