using Aurora.EndToEnd.Tests.Harness;
using Microsoft.Playwright;

namespace Aurora.WebConsole.Tests;

/// <summary>A console that is left open over bad days, large meshes, and meshes with keys.</summary>
public sealed class RecoveryTests(Browser browser) : IClassFixture<Browser>
{
    [Fact]
    public async Task A_console_goes_on_by_itself_when_the_coordinator_is_back()
    {
        await using var mesh = await MeshProcess.StartAsync();
        await using var console = await browser.OpenAsync(mesh.Url);
        var connection = console.Page.Locator("#connection");
        await Assertions.Expect(connection).ToHaveTextAsync("live");

        await mesh.KillAsync();
        await Assertions.Expect(connection).ToContainTextAsync("does not answer", new() { Timeout = 90_000 });
        await mesh.StartAgainAsync();

        await Assertions.Expect(connection).ToHaveTextAsync("live", new() { Timeout = 90_000 });
        await console.SeeTitleAsync("Mesh");
        Assert.Empty(console.Faults);
    }

    [Fact]
    public async Task A_mesh_with_keys_shows_its_console_to_everybody_and_its_facts_to_a_key_only()
    {
        await using var mesh = await MeshProcess.StartAsync();
        var (_, body) = await mesh.Client.SendAsync(HttpMethod.Post, "access/keys", """{"name":"me","scopes":["operate"]}""");
        var key = System.Text.Json.Nodes.JsonNode.Parse(body)!.Text("secret");
        await using var console = await browser.OpenAsync(mesh.Url);

        await console.Page.GetByLabel("Key", new() { Exact = true }).FillAsync("wrong");
        await console.Button("Use it").ClickAsync();
        await Assertions.Expect(console.Page.Locator("#connection")).ToContainTextAsync("refused");
        await console.Page.GetByLabel("Key", new() { Exact = true }).FillAsync(key);
        await console.Button("Use it").ClickAsync();

        await Assertions.Expect(console.Page.Locator("#connection")).ToHaveTextAsync("live", new() { Timeout = 90_000 });
        Assert.Empty(console.Faults);
    }

    [Fact]
    public async Task A_thousand_nodes_and_ten_thousand_waiting_tasks_are_a_page_of_bounded_size()
    {
        await using var mesh = await MeshProcess.StartAsync();
        await using var agents = AgentProcess.Simulate(mesh.Url, "sim", [.. Enumerable.Repeat(Gpus.Rtx4090, 1_000)]);
        var task = """{"task_type":"test","requirements":{"gpu_type":"H900","gpu_count":1}}""";
        var (status, _) = await mesh.Client.SendAsync(
            HttpMethod.Post, "tasks/batch", string.Join('\n', Enumerable.Repeat(task, 10_000)), "application/x-ndjson");
        Assert.Equal(200, (int)status);
        await mesh.Client.SeeStatusAsync("1000 nodes", answer => answer.Number("total_nodes") == 1_000);
        await using var console = await browser.OpenAsync(mesh.Url);

        await console.SeeAsync("1000 nodes; the first 120 are shown");
        Assert.Equal(120, await console.Page.Locator(".card").CountAsync());
        await console.KeepPictureAsync("mesh");
        await console.Page.GetByLabel("Filter nodes").FillAsync("sim-777");
        await Assertions.Expect(console.Page.Locator(".card")).ToHaveCountAsync(1, new() { Timeout = 90_000 });
        await console.Link("Queue").ClickAsync();
        await console.SeeAsync("10000 wait; 200 are shown, the next to go first.");
        await console.SeeAsync("needs 1 GPU of type 'H900' on one node");
        await console.KeepPictureAsync("queue");
        await console.Link("Tasks").ClickAsync();
        await Assertions.Expect(console.Page.Locator("tbody").First.Locator("tr")).ToHaveCountAsync(200, new() { Timeout = 90_000 });
        Assert.Empty(console.Faults);
    }
}
