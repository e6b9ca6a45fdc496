using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Workloads.Tests;

/// <summary>An operator's own programs, started by a real silo.</summary>
public sealed class HookTests
{
    [Fact]
    public async Task An_owned_node_that_sleeps_is_woken_by_the_program_and_runs_the_task_that_waited()
    {
        using var programs = new Programs();
        await using var mesh = await MeshProcess.StartAsync(new MeshSettings
        {
            Environment = new Dictionary<string, string?> { ["AURORA_WAKE_HOOK"] = programs.Path },
        });
        await using var owned = AgentProcess.Start(mesh.Url, "sleeper", [Gpus.Rtx4090], ("AURORA_LABELS", "wake=3c:ec:ef:01:02:03"));
        await mesh.Client.SeeNodeAsync("sleeper");
        await owned.KillAsync();
        await mesh.Client.SeeNodeAsync("sleeper", "disconnected");

        var taskId = await mesh.Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"gpu_count":1,"memory_gb":4}}""");
        Assert.Equal(["sleeper", "3c:ec:ef:01:02:03"], await programs.SeeArgumentsAsync(() => mesh.Tail));

        await owned.StartAgainAsync();
        Assert.Equal("sleeper", (await mesh.Client.SeeTaskAsync(taskId, "completed")).Text("assigned_node"));
    }

    [Fact]
    public async Task A_rented_node_that_stands_idle_is_given_back_by_the_program()
    {
        using var programs = new Programs();
        await using var mesh = await MeshProcess.StartAsync(new MeshSettings
        {
            Environment = new Dictionary<string, string?> { ["AURORA_RELEASE_HOOK"] = programs.Path, ["AURORA_RELEASE_AFTER_S"] = "0" },
        });
        await using var rented = AgentProcess.Start(mesh.Url, "rented", [Gpus.Rtx4090], ("AURORA_TENURE", "on-demand"), ("AURORA_PRICE_PER_HOUR", "2"));

        Assert.Equal(["rented"], await programs.SeeArgumentsAsync(() => mesh.Tail));

        var node = await mesh.Client.SeeNodeAsync("rented", "releasing");
        Assert.True(node["release_advised"]!.GetValue<bool>());
        Assert.Contains("aurora_node_release_advised{", await mesh.Client.TextAsync("metrics"), StringComparison.Ordinal);
    }

    /// <summary>A program that writes down what it is started with.</summary>
    private sealed class Programs : IDisposable
    {
        private readonly TemporaryDirectory directory = new();

        public Programs()
        {
            File.WriteAllText(Path, $"#!/bin/sh\nprintf '%s\\n' \"$@\" >'{Told}.part' && mv '{Told}.part' '{Told}'\n");
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }

        public string Path => System.IO.Path.Combine(directory.Path, "program");

        private string Told => System.IO.Path.Combine(directory.Path, "told");

        public async Task<string[]> SeeArgumentsAsync(Func<string> evidence)
        {
            await Eventually.SeeAsync("the program was started", () => Task.FromResult(File.Exists(Told)), started => started, evidence);
            return await File.ReadAllLinesAsync(Told);
        }

        public void Dispose() => directory.Dispose();
    }
}
