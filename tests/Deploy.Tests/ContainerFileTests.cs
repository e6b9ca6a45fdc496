using System.Text.RegularExpressions;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Deploy.Tests;

public sealed partial class ContainerFileTests
{
    public static TheoryData<string, string> Images => new() { { "coordinator", "Silo" }, { "gateway", "GatewayApi" }, { "client", "NodeAgent" } };

    [Theory]
    [MemberData(nameof(Images))]
    public void An_image_is_built_from_bases_that_can_be_replaced_and_runs_without_root(string name, string project)
    {
        var lines = Lines(name);

        Assert.Equal(["FROM ${SDK_BASE} AS build", "FROM ${RUNTIME_BASE}"], lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)));
        Assert.Contains("ARG APP_UID=1654", lines);
        Assert.Equal("USER ${APP_UID}", Assert.Single(lines, line => line.StartsWith("USER ", StringComparison.Ordinal)));
        Assert.True(lines.IndexOf("USER ${APP_UID}") < lines.FindIndex(line => line.StartsWith("ENTRYPOINT", StringComparison.Ordinal)));
        Assert.Contains($"ENTRYPOINT [\"dotnet\", \"Aurora.{project}.dll\"]", lines);
        Assert.Contains(lines, line => line.Contains($"dotnet publish {project}/{project}.csproj", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Images))]
    public void An_image_copies_what_exists_and_sets_what_the_product_reads(string name, string project)
    {
        Assert.True(Directory.Exists(Path.Combine(Product.Root, project)));
        var text = DeployFiles.Read("docker", $"{name}.Dockerfile");
        foreach (Match copy in CopyFromContext().Matches(text))
        {
            Assert.True(Path.Exists(Path.Combine(Product.Root, copy.Groups[1].Value)), $"{name}.Dockerfile copies {copy.Groups[1].Value}, which does not exist");
        }

        DeployFiles.AssertKnown($"{name}.Dockerfile", EnvironmentName().Matches(text).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void Every_image_has_the_same_first_stage_so_that_it_is_built_once() => Assert.Single(
        Images.Select(image => string.Join('\n', Lines(image.Data.Item1).SkipWhile(line => !line.StartsWith("FROM ", StringComparison.Ordinal)).TakeWhile(line => line != "FROM ${RUNTIME_BASE}"))).Distinct());

    [Fact]
    public async Task The_health_check_tells_a_ready_gateway_from_one_that_is_not_there()
    {
        await using var mesh = await MeshProcess.StartAsync();

        Assert.Equal(0, await HealthOfAsync(mesh.Url.Port));
        Assert.NotEqual(0, await HealthOfAsync(FreePort.Take()));
    }

    private static async Task<int> HealthOfAsync(int port)
    {
        await using var check = ChildProcess.Start("bash", [Path.Combine(DeployFiles.Folder, "docker", "aurora-healthcheck"), $"{port}"], new Dictionary<string, string?>());
        return await check.WaitForExitAsync("the health check ends");
    }

    private static List<string> Lines(string name) => [.. DeployFiles.Read("docker", $"{name}.Dockerfile").Split('\n').Select(line => line.Trim())];

    [GeneratedRegex(@"^COPY (?:--chmod=\d+ )?((?!--)\S+) ", RegexOptions.Multiline)]
    private static partial Regex CopyFromContext();

    [GeneratedRegex(@"^(?:ENV|   ) ([A-Za-z_]+)=", RegexOptions.Multiline)]
    private static partial Regex EnvironmentName();
}
