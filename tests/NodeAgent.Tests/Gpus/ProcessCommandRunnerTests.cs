using System.Runtime.Versioning;
using Aurora.GpuProbes;
using Aurora.GpuProbes.Commands;
using Aurora.NodeAgent.Gpus;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.NodeAgent.Tests.Gpus;

/// <summary>Real processes: small scripts in the place of vendors' tools.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ProcessCommandRunnerTests : IDisposable
{
    private static readonly TimeSpan Ample = TimeSpan.FromMinutes(1);

    private readonly FakeTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public async Task An_nvidia_smi_on_the_search_path_serves_where_the_library_does_not_load()
    {
        _tree.Write("answer.csv", Recorded.Text("nvidia-smi-several.csv")).WriteTool("nvidia-smi", $"cat {_tree.Root}/answer.csv");
        var options = new GpuProbeOptions { NvmlPath = "/nowhere/nvml.so", RootPath = _tree.Root, SearchPath = _tree.Root + ":/usr/bin:/bin", DetectTimeout = Ample };

        var inventory = await GpuInventory.DetectAsync(
            GpuProbeOrder.For(HostPlatform.Linux, options), options, TimeProvider.System, NullLogger.Instance, CancellationToken.None);

        Assert.Equal([24, 48], inventory.Devices.Select(device => (int)(device.MemoryBytes >> 30)));
        Assert.Equal("nvidia-smi", inventory.Facts["gpu_probe"]);
        Assert.Contains(Assert.IsType<string[]>(inventory.Facts["gpu_probe_notes"]), note => note.StartsWith("nvml: the NVML library cannot be loaded", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Arguments_reach_the_tool_as_they_are()
    {
        _tree.WriteTool("echo-last", "printf %s \"$2\"");

        var result = await Run("echo-last", Ample, "first", "$(id); `id` \"two words\" *");

        Assert.Equal("$(id); `id` \"two words\" *", result.Output);
    }

    [Fact]
    public async Task A_tool_that_hangs_is_stopped_with_its_children()
    {
        _tree.WriteTool("hangs", "tail -f /dev/null & wait");

        var result = await Run("hangs", TimeSpan.FromMilliseconds(100));

        Assert.Equal("hangs did not answer within 0.1 s", result.Failure);
    }

    [Fact]
    public async Task A_tool_that_fails_gives_the_first_line_of_its_complaint()
    {
        _tree.WriteTool("fails", "echo no driver >&2; echo more >&2; exit 9");

        Assert.Equal("fails ended with 9: no driver", (await Run("fails", Ample)).Failure);
    }

    [Fact]
    public async Task A_file_that_is_no_program_gives_its_reason()
    {
        _tree.Write("data", "text");

        Assert.StartsWith("data cannot be run", (await Run("data", Ample)).Failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_prints_without_end_is_cut_off()
    {
        _tree.WriteTool("chatty", "head -c 20000000 /dev/zero");

        Assert.Equal(4 << 20, (await Run("chatty", Ample)).Output!.Length);
    }

    [Fact]
    public async Task A_tool_that_is_nowhere_is_not_installed() =>
        Assert.Equal("nothing is not installed", (await Run("nothing", Ample)).Failure);

    [Fact]
    public async Task A_caller_that_leaves_is_told_by_cancellation()
    {
        _tree.WriteTool("hangs", "exec tail -f /dev/null");
        using var gone = new CancellationTokenSource();
        var running = new ProcessCommandRunner(_tree.Root, Ample).RunAsync("hangs", [], gone.Token);

        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private Task<CommandResult> Run(string tool, TimeSpan timeout, params string[] arguments) =>
        new ProcessCommandRunner(_tree.Root, timeout).RunAsync(tool, arguments, CancellationToken.None);
}
