using System.Net;
using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Workloads.Tests;

/// <summary>Tenants' quotas, from the settings and from an operator.</summary>
public sealed class TenantTests
{
    private const string Task = """{"task_type":"training","script":"a.sh","tenant":"vision","requirements":{"memory_gb":1}}""";

    [Fact]
    public async Task A_full_queue_is_answered_with_429_and_an_operator_changes_the_quota_for_good()
    {
        await using var mesh = await MeshProcess.StartAsync(new MeshSettings
        {
            Environment = new Dictionary<string, string?> { ["AURORA_TENANTS"] = """{"vision":{"queued_max":1}}""" },
        });
        await mesh.Client.SubmitForIdAsync(Task);
        await IsFullAsync(mesh);
        var (batch, _) = await mesh.Client.SendAsync(HttpMethod.Post, "tasks/batch", $"[{Task}]");
        Assert.Equal(HttpStatusCode.TooManyRequests, batch);

        var (put, shown) = await mesh.Client.SendAsync(HttpMethod.Put, "mesh/tenants/vision", """{"weight":3,"queued_max":2}""");
        Assert.Equal(HttpStatusCode.OK, put);
        Assert.Equal((3, 2), (JsonNode.Parse(shown)!.Number("weight"), JsonNode.Parse(shown)!.Number("queued_max")));
        await mesh.Client.SubmitForIdAsync(Task);
        await IsFullAsync(mesh);

        Assert.Equal(0, await mesh.StopAsync());
        await mesh.StartAgainAsync();
        await IsFullAsync(mesh);
        var vision = await mesh.Client.GetAsync("mesh/tenants/vision");
        Assert.Equal((2, true), (vision.Object("pools").Object("default").Number("queued_tasks"), vision["stored"]!.GetValue<bool>()));

        Assert.Equal(HttpStatusCode.NoContent, (await mesh.Client.SendAsync(HttpMethod.Delete, "mesh/tenants/vision")).Status);
        Assert.Equal(1, (await mesh.Client.GetAsync("mesh/tenants/vision")).Number("queued_max"));
    }

    /// <summary>One setting of the silo and one of its own node; the others are read in the same place.</summary>
    [Theory]
    [InlineData("AURORA_TENANTS", "vision", "AURORA_TENANTS is no JSON object")]
    [InlineData("AURORA_POOLS", "a b", "AURORA_POOLS is \"a b\"; it must be 1 to")]
    public async Task A_silo_does_not_start_with_a_setting_that_cannot_be_meant_and_says_which(string name, string value, string says)
    {
        var (exitCode, output) = await MeshProcess.RunToEndAsync(new MeshSettings
        {
            LocalNode = true,
            Environment = new Dictionary<string, string?> { [name] = value },
        });

        Assert.NotEqual(0, exitCode);
        Assert.Contains(says, output, StringComparison.Ordinal);
    }

    private static async Task IsFullAsync(MeshProcess mesh)
    {
        var (status, problem) = await mesh.Client.SendAsync(HttpMethod.Post, "tasks/submit", Task);
        Assert.True(status == HttpStatusCode.TooManyRequests, problem);
        Assert.Contains("vision", JsonNode.Parse(problem)!.AsObject().Text("detail"), StringComparison.Ordinal);
    }
}
