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
    public async Task A_request_that_nobody_answers_is_given_up_and_the_console_goes_on()
    {
        await using var mesh = await MeshProcess.StartAsync();
        await using var console = await browser.OpenAsync(mesh.Url);
        var connection = console.Page.Locator("#connection");
        await Assertions.Expect(connection).ToHaveTextAsync("live");
        await console.Page.Clock.InstallAsync();

        // As a connection does that died while its machine slept.
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await console.Page.RouteAsync("**/mesh/status", _ =>
        {
            asked.TrySetResult();
            return Task.CompletedTask;
        });
        await Eventually.GetAsync("the console asks", asked.Task.ContinueWith(_ => true, TaskScheduler.Default));
        await console.Page.Clock.FastForwardAsync("31");
        await Assertions.Expect(connection).ToContainTextAsync("does not answer", new() { Timeout = 90_000 });
        await console.Page.UnrouteAllAsync(new() { Behavior = UnrouteBehavior.IgnoreErrors });

        await Assertions.Expect(connection).ToHaveTextAsync("live", new() { Timeout = 90_000 });
        Assert.Empty(console.Faults);
    }

    [Fact]
    public async Task A_console_that_slept_for_a_night_shows_what_is_there_now()
    {
        await using var mesh = await MeshProcess.StartAsync();
        await using var console = await browser.OpenAsync(mesh.Url, "/events");
        await Assertions.Expect(console.Page.Locator("#connection")).ToHaveTextAsync("live");
        await console.Page.Clock.InstallAsync();
        await mesh.KillAsync();
        await mesh.StartAgainAsync();
        await console.Page.Clock.FastForwardAsync("08:00:00");

        var taskId = await mesh.Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"gpu_type":"H900","gpu_count":1}}""");

        await console.SeeAsync(taskId);
        await console.Link("Queue").ClickAsync();
        await console.SeeAsync("1 wait;");
        Assert.Empty(console.Faults);
    }

    [Fact]
    public async Task The_log_and_the_steps_of_a_task_go_on_where_they_were_when_the_coordinator_is_back()
    {
        await using var mesh = await MeshProcess.StartAsync();
        await using var agent = AgentProcess.Start(mesh.Url, "scripts", [Gpus.M3Max], ("AURORA_ALLOW_SCRIPTS", "any"));
        await mesh.Client.SeeNodeAsync("scripts");
        var go = Path.Combine(agent.DataPath, "go");
        var taskId = await mesh.Client.SubmitForIdAsync(
            $$"""{"task_type":"custom","interpreter":"bash","script_source":"echo before; until [ -e {{go}} ]; do sleep 0.05; done; echo after"}""");
        await using var console = await browser.OpenAsync(mesh.Url, "/tasks/" + taskId);
        var log = console.Page.GetByRole(AriaRole.Log);
        await Assertions.Expect(log).ToHaveTextAsync("before\n", new() { Timeout = 90_000 });

        await mesh.KillAsync();
        await Assertions.Expect(console.Page.Locator("#connection")).ToContainTextAsync("does not answer", new() { Timeout = 90_000 });
        await mesh.StartAgainAsync();
        await mesh.Client.SeeNodeAsync("scripts");
        await File.WriteAllTextAsync(go, "");

        await Assertions.Expect(log).ToContainTextAsync("after", new() { Timeout = 90_000 });
        Assert.Equal("before\nafter\n", await log.TextContentAsync());
        await console.SeeAsync("completed, attempt 1 on scripts");
        await Assertions.Expect(console.Page.Locator(".steps li", new() { HasText = "submitted" })).ToHaveCountAsync(1);
        Assert.Empty(console.Faults);
    }

    [Fact]
    public async Task Consoles_that_nobody_looks_at_hold_no_connections_of_the_browser()
    {
        await using var mesh = await MeshProcess.StartAsync();
        var taskId = await mesh.Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"gpu_type":"H900","gpu_count":1}}""");
        await using var console = await browser.OpenAsync(mesh.Url, "/tasks/" + taskId);
        await console.SeeAsync("submitted");

        // Each tab reads three streams, and the browser has six connections to one address for all of them.
        for (var tab = 0; tab < 4; tab++)
        {
            await console.HideAsync();
            await console.OpenTabAsync();
            await console.SeeAsync("submitted");
            await Assertions.Expect(console.Page.Locator("#connection")).ToHaveTextAsync("live");
        }

        Assert.Empty(console.Faults);
    }

    [Fact]
    public async Task Who_declines_to_give_a_key_is_not_asked_again_and_again()
    {
        await using var mesh = await MeshProcess.StartAsync();
        await mesh.Client.SendAsync(HttpMethod.Post, "access/keys", """{"name":"me","scopes":["operate"]}""");
        await using var console = await browser.OpenAsync(mesh.Url);
        var refusals = 0;
        console.Page.Response += (_, response) => Interlocked.Add(ref refusals, response.Status == 401 ? 1 : 0);

        await console.Button("Cancel").ClickAsync();
        var before = Volatile.Read(ref refusals);
        await Eventually.SeeAsync("the console was refused again", () => Task.FromResult(Volatile.Read(ref refusals)), now => now > before + 2);

        await Assertions.Expect(console.Page.Locator("#key-dialog")).Not.ToBeVisibleAsync();
        await console.Button("Key").ClickAsync();
        await Assertions.Expect(console.Page.Locator("#key-dialog")).ToBeVisibleAsync();
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
        string Waiting(int priority) => $$$"""{"task_type":"test","priority":{{{priority}}},"requirements":{"gpu_type":"H900","gpu_count":1}}""";
        var (status, _) = await mesh.Client.SendAsync(
            HttpMethod.Post,
            "tasks/batch",
            string.Join('\n', Enumerable.Repeat(Waiting(1), 3).Concat(Enumerable.Repeat(Waiting(5), 9_997))),
            "application/x-ndjson");
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
        await console.SeeAsync("needs 1 GPU of type 'H900'; no node has one");
        await console.SeeAsync("Priority 0–2: 3 wait");
        await console.Button("Show the first of priority 0–2").ClickAsync();
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Region, new() { Name = "Priority 0–2", Exact = true }).Locator("tbody tr")).ToHaveCountAsync(3, new() { Timeout = 90_000 });
        await console.KeepPictureAsync("queue");
        await console.Link("Tasks").ClickAsync();
        await Assertions.Expect(console.Page.Locator("tbody").First.Locator("tr")).ToHaveCountAsync(200, new() { Timeout = 90_000 });
        Assert.Empty(console.Faults);
    }
}
