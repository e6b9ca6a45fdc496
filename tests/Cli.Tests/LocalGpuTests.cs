namespace Aurora.Cli.Tests;

/// <summary><c>aurora gpu</c> asks this machine and nobody else.</summary>
public sealed class LocalGpuTests
{
    private static readonly Dictionary<string, string> Stated = new() { ["AURORA_GPUS"] = """[{"type":"RTX 4090","memory_gb":24,"uuid":"GPU-1"},{"type":"A40","memory_gb":48}]""" };

    // Nobody answers here: a command that asked a mesh would end with exit code 4.
    private static readonly string[] NoMesh = ["--server", "http://127.0.0.1:9"];

    [Fact]
    public async Task Stated_gpus_are_shown_without_a_mesh()
    {
        var table = (await AuroraRun.RunAsync(Stated, "", ["gpu", .. NoMesh])).Expect(0);
        Assert.Contains("RTX 4090", table.Out, StringComparison.Ordinal);
        Assert.Contains("found by stated", table.Out, StringComparison.Ordinal);

        var json = (await AuroraRun.RunAsync(Stated, "", ["gpu", "-o", "json", .. NoMesh])).Expect(0).Json;
        Assert.Equal([24L << 30, 48L << 30], json["gpus"]!.AsArray().Select(gpu => (long)gpu!["memory_bytes"]!));
        Assert.Equal("GPU-1", (string?)json["gpus"]![0]!["uuid"]);
    }

    [Fact]
    public async Task A_machine_whose_driver_is_missing_says_so_and_is_no_failure()
    {
        var variables = new Dictionary<string, string> { ["AURORA_NVML_PATH"] = "/nowhere/libnvidia-ml.so", ["PATH"] = Path.GetDirectoryName(Environment.ProcessPath)! };

        var run = (await AuroraRun.RunAsync(variables, "", ["gpu", .. NoMesh])).Expect(0);

        Assert.Contains("/nowhere/libnvidia-ml.so", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gpus_that_cannot_be_read_are_a_usage_error_in_one_line()
    {
        var run = (await AuroraRun.RunAsync(new Dictionary<string, string> { ["AURORA_GPUS"] = "24 GB" }, "", "gpu")).Expect(2);

        Assert.Contains("AURORA_GPUS must be", Assert.Single(run.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }
}
