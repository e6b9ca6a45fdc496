using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Deploy.Tests.Containers;

/// <summary>The Dockerfiles built and run by a real container engine.</summary>
public sealed class ImageTests
{
    private const string User = "1654";

    [Fact]
    public async Task A_task_goes_through_the_gateway_image_and_the_coordinator_image_to_the_client_image()
    {
        await using var engine = await ContainerEngine.StartAsync();
        var coordinator = await engine.BuildAsync("coordinator");
        var gateway = await engine.BuildAsync("gateway");
        var client = await engine.BuildAsync("client");
        foreach (var image in new[] { coordinator, gateway, client })
        {
            Assert.Equal(User, (await engine.RunAsync(["image", "inspect", image, "--format", "{{.Config.User}}"])).Trim());
        }

        // Each has the port numbers of the image; all three are in the network of the first.
        await engine.RunDetachedAsync("mesh", coordinator, beside: null, ("NODE_NAME", "in-a-container"), ("AURORA_ALLOW_ANONYMOUS", "true"));
        await HealthyAsync(engine, "mesh", ["healthcheck", "run", "mesh"]);
        await engine.RunDetachedAsync("edge", gateway, "mesh", ("ASPNETCORE_URLS", "http://127.0.0.1:8002"));
        await HealthyAsync(engine, "edge", ["exec", "edge", "aurora-healthcheck", "8002"]);
        await engine.RunDetachedAsync(
            "node", client, "mesh", ("NODE_NAME", "gpu-box"), ("MESH_COORDINATOR_URL", "ws://127.0.0.1:8001"), ("AURORA_GPUS", """[{"type":"RTX 4090","memory_gb":24}]"""));

        var submitted = await AskAsync(engine, "POST /tasks/submit", """{"task_type":"test","requirements":{"gpu_count":1,"gpu_type":"RTX 4090"}}""");
        var path = $"/tasks/{submitted!["task_id"]}";
        var task = await Eventually.SeeAsync(
            "the task is completed", () => AskAsync(engine, $"GET {path}?wait=20s"), task => task?["status"]?.ToString() == "completed");

        Assert.Equal("gpu-box", task!["assigned_node"]!.ToString());
        foreach (var container in new[] { "mesh", "edge", "node" })
        {
            Assert.Equal(User, (await engine.RunAsync(["exec", container, "id", "-u"])).Trim());
            Assert.NotEqual(0, (await engine.TryAsync(["exec", container, "mkdir", "/app/written"])).ExitCode);
            Assert.Equal(0, (await engine.TryAsync(["exec", container, "mkdir", "/var/lib/aurora/written"])).ExitCode);
        }

        foreach (var container in new[] { "node", "edge", "mesh" })
        {
            await engine.RunAsync(["stop", "-t", "45", container]);
            Assert.Equal("0", (await engine.RunAsync(["inspect", container, "--format", "{{.State.ExitCode}}"])).Trim());
        }
    }

    private static async Task HealthyAsync(ContainerEngine engine, string container, string[] check)
    {
        var log = "";
        await Eventually.SeeAsync(
            $"{container} says that it is healthy",
            async () =>
            {
                log = (await engine.TryAsync(["logs", container])).Output;
                return await engine.TryAsync(check);
            },
            answer => answer.ExitCode == 0,
            () => log);
    }

    /// <summary>Asks the stand-alone gateway from inside: the containers' network leads nowhere else.</summary>
    private static async Task<JsonNode?> AskAsync(ContainerEngine engine, string request, string body = "")
    {
        const string Script =
            """
            exec 3<>/dev/tcp/127.0.0.1/8002
            printf '%s HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %s\r\n\r\n%s' "$1" "${#2}" "$2" >&3
            cat <&3
            """;
        var answer = await engine.RunAsync(["exec", "edge", "bash", "-c", Script, "ask", request, body]);
        var start = answer.IndexOf('{', StringComparison.Ordinal);
        return start < 0 ? null : JsonNode.Parse(answer[start..]);
    }
}
