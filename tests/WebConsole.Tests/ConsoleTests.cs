using System.Text.RegularExpressions;
using Aurora.EndToEnd.Tests.Harness;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Aurora.WebConsole.Tests;

/// <summary>The web console as a person uses it, in a browser, over a mesh of real processes.</summary>
public sealed partial class ConsoleTests(Browser browser, SharedMesh mesh) : IClassFixture<Browser>, IClassFixture<SharedMesh>
{
    [Fact]
    public async Task A_task_is_submitted_by_the_form_and_seen_to_its_end()
    {
        await using var agent = AgentProcess.Start(mesh.Url, "worker", [Gpus.Rtx4090]);
        await mesh.Client.SeeNodeAsync("worker");
        await using var console = await browser.OpenAsync(mesh.Url, "/submit");

        await console.Page.GetByLabel("GPU type").FillAsync("RTX 4090");
        await console.Page.GetByLabel("GPUs of one node").FillAsync("1");
        await console.Page.GetByLabel("GPU memory in GB").FillAsync("4000");
        await console.Button("What would happen?").ClickAsync();
        await console.SeeAsync("Would be queued: needs 4000 GB on one GPU; the largest here has 24 GB");
        await console.Page.GetByLabel("GPU memory in GB").FillAsync("4");
        await console.Button("Submit").ClickAsync();

        await console.SeeAsync("completed");
        await console.SeeAsync("completed, attempt 1 on worker");
        await console.SeeAsync("\"gpu_type\": \"RTX 4090\"");
        await console.KeepPictureAsync("task");
        Assert.Empty(console.Faults);
    }

    [Fact]
    public async Task The_queue_is_by_priority_and_says_why_each_task_waits()
    {
        var waiting = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (priority, group) in new[] { (1, "Priority 0–2"), (9, "Priority 8–10"), (4, "Priority 3–7") })
        {
            waiting[group] = await mesh.Client.SubmitForIdAsync($$$"""{"task_type":"test","priority":{{{priority}}},"requirements":{"gpu_type":"H9{{{priority}}}","gpu_count":1}}""");
        }

        await using var console = await browser.OpenAsync(mesh.Url, "/queue");

        foreach (var (group, taskId) in waiting)
        {
            var row = console.Page.GetByRole(AriaRole.Region, new() { Name = group, Exact = true }).GetByRole(AriaRole.Row, new() { Name = taskId });
            await Assertions.Expect(row).ToContainTextAsync(WhyNobodyHasIt(), new() { Timeout = 90_000 });
        }

        Assert.Equal(
            ["Priority 8–10", "Priority 3–7", "Priority 0–2"],
            (await console.Page.GetByRole(AriaRole.Heading, new() { Level = 2 }).AllInnerTextsAsync()).Where(text => text.Contains("wait", StringComparison.Ordinal)).Select(text => text.Split(':')[0]));
        Assert.Empty(console.Faults);
    }

    [Fact]
    public async Task Two_clicks_make_one_task()
    {
        await using var console = await browser.OpenAsync(mesh.Url, "/submit");
        var answers = 0;
        console.Page.Response += (_, response) => Interlocked.Add(ref answers, response.Url.EndsWith("tasks/submit", StringComparison.Ordinal) ? 1 : 0);
        await console.Page.GetByLabel("GPU type").FillAsync("H777");
        await console.Page.GetByLabel("GPUs of one node").FillAsync("1");

        // Both before either is answered.
        await console.Button("Submit").EvaluateAsync("button => { button.click(); button.click(); }");

        await Eventually.SeeAsync("both clicks are answered", () => Task.FromResult(Volatile.Read(ref answers)), seen => seen == 2);
        var task = Assert.Single(
            (await mesh.Client.GetAsync("tasks/active")).Object("tasks"), task => task.Value!.ToJsonString().Contains("H777", StringComparison.Ordinal));
        await mesh.Client.SendAsync(HttpMethod.Delete, $"tasks/{task.Key}");
        Assert.Empty(console.Faults);
    }

    [Fact]
    public async Task What_a_task_and_its_node_cost_is_shown_on_their_pages()
    {
        await using var agent = AgentProcess.Start(
            mesh.Url, "priced", [Gpus.M3Max], ("AURORA_TENURE", "spot"), ("AURORA_PRICE_PER_HOUR", "3600"), ("AURORA_LABELS", "of=priced"));
        await mesh.Client.SeeNodeAsync("priced");
        var taskId = await mesh.Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"node_labels":{"of":"priced"},"gpu_count":1,"memory_gb":4},"payload":{"sleep_ms":50}}""");
        await mesh.Client.SeeTaskAsync(taskId, "completed");
        await using var console = await browser.OpenAsync(mesh.Url, "/tasks/" + taskId);

        await console.SeeAsync("Cost");
        await console.Link("priced").First.ClickAsync();

        await console.SeeTitleAsync("Node priced");
        await console.SeeAsync("spot, 3600.00 an hour");
        await console.SeeAsync("spent in 30 days");
        Assert.Empty(console.Faults);
    }

    [Fact]
    public async Task What_went_wrong_on_a_GPU_is_shown_with_it()
    {
        await using var node = await CountingNode.JoinAsync(mesh.Url, "counts");
        await using var console = await browser.OpenAsync(mesh.Url, "/nodes/counts");

        await Eventually.SeeAsync(
            "the page shows the errors",
            async () =>
            {
                await node.BeatAsync();
                return await console.Page.Locator("main").InnerTextAsync();
            },
            text => text.Contains("errors: xid 79: 1", StringComparison.Ordinal) && text.Contains("errors: ecc_corrected: 3", StringComparison.Ordinal));
        Assert.Empty(console.Faults);
    }

    [Fact]
    public async Task A_refusal_of_the_form_says_what_is_wrong()
    {
        await using var console = await browser.OpenAsync(mesh.Url, "/submit");

        await console.Page.GetByLabel("Other members").FillAsync("{\"max_attempts\":0}");
        await console.Button("Submit").ClickAsync();

        await Assertions.Expect(console.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("max_attempts must be an integer from 1 to 100");
        Assert.Empty(console.Faults);
    }

    [Fact]
    public async Task A_node_is_seen_to_join_to_be_closed_and_to_die()
    {
        await using var console = await browser.OpenAsync(mesh.Url);
        await console.SeeTitleAsync("Mesh");
        await using var agent = AgentProcess.Start(mesh.Url, "mortal", [Gpus.A40]);
        var card = console.Page.Locator(".card", new() { HasText = "mortal" });
        await Assertions.Expect(card).ToContainTextAsync("active", new() { Timeout = 90_000 });
        await Assertions.Expect(card.GetByRole(AriaRole.Meter)).ToHaveCountAsync(1);

        await console.Link("mortal").ClickAsync();
        await console.SeeTitleAsync("Node mortal");
        await console.Button("Cordon").ClickAsync();
        await console.SeeAsync("cordoned");
        await console.Button("Uncordon").ClickAsync();
        await console.SeeAsync("active");
        await agent.KillAsync();

        await console.Link("Mesh").ClickAsync();
        await Assertions.Expect(card).ToContainTextAsync("disconnected", new() { Timeout = 90_000 });
        await console.Link("Events").ClickAsync();
        await console.SeeAsync("node.lost");
        Assert.Empty(console.Faults);
    }

    [Fact]
    public async Task The_log_of_a_running_script_is_live_and_its_text_is_never_markup()
    {
        await using var agent = AgentProcess.Start(mesh.Url, "scripts", [Gpus.M3Max], ("AURORA_ALLOW_SCRIPTS", "any"));
        await mesh.Client.SeeNodeAsync("scripts");
        var go = Path.Combine(agent.DataPath, "go");
        var taskId = await mesh.Client.SubmitForIdAsync(
            $$"""{"task_type":"custom","interpreter":"bash","script_source":"printf '\\033[31m<img src=x onerror=alert(1)>\\033[0m\\n'; until [ -e {{go}} ]; do sleep 0.05; done; echo made >$AURORA_OUTPUT_DIR/made.txt; echo over"}""");
        await using var console = await browser.OpenAsync(mesh.Url, "/tasks/" + taskId);

        await Assertions.Expect(console.Page.GetByRole(AriaRole.Log)).ToContainTextAsync("<img src=x onerror=alert(1)>", new() { Timeout = 90_000 });
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Log)).Not.ToContainTextAsync("[31m");
        await File.WriteAllTextAsync(go, "");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Log)).ToContainTextAsync("over", new() { Timeout = 90_000 });

        var download = await console.Page.RunAndWaitForDownloadAsync(() => console.Button("Save made.txt").ClickAsync());
        await using var content = await download.CreateReadStreamAsync();
        using var reader = new StreamReader(content);
        Assert.Equal("made\n", await reader.ReadToEndAsync());
        Assert.Equal(0, await console.Page.Locator("img").CountAsync());
        Assert.Empty(console.Faults);
    }

    [Theory]
    [InlineData("/", ColorScheme.Light, 1280)]
    [InlineData("/", ColorScheme.Dark, 375)]
    [InlineData("/queue", ColorScheme.Dark, 1280)]
    [InlineData("/queue", ColorScheme.Light, 375)]
    [InlineData("/tasks", ColorScheme.Light, 375)]
    [InlineData("/events", ColorScheme.Dark, 375)]
    [InlineData("/submit", ColorScheme.Dark, 375)]
    [InlineData("/submit", ColorScheme.Light, 1280)]
    [InlineData("/tasks/WAITING", ColorScheme.Light, 375)]
    [InlineData("/tasks/WAITING", ColorScheme.Dark, 1280)]
    [InlineData("/nodes/coordinator-under-test", ColorScheme.Light, 375)]
    public async Task Every_page_can_be_read_by_everybody(string route, ColorScheme scheme, int width)
    {
        var waiting = await mesh.Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"gpu_type":"H900","gpu_count":1}}""");
        await using var console = await browser.OpenAsync(mesh.Url, route.Replace("WAITING", waiting, StringComparison.Ordinal), width, scheme);
        await Assertions.Expect(console.Page.Locator("#connection")).ToHaveTextAsync("live");
        await Assertions.Expect(console.Page.Locator("main")).Not.ToContainTextAsync("Loading…");

        var audit = await console.Page.RunAxe();

        Assert.Empty(audit.Violations.Select(violation => $"{violation.Id}: {string.Join(", ", violation.Nodes.Select(node => node.Html))}"));
        Assert.True(await console.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the window");
        Assert.Empty(console.Faults);
    }

    [Fact]
    public async Task Everything_is_reached_by_the_keyboard()
    {
        await using var console = await browser.OpenAsync(mesh.Url);
        await console.SeeTitleAsync("Mesh");

        var reached = new List<string>();
        await console.Page.EvaluateAsync("document.activeElement.blur()");
        for (var i = 0; i < 16; i++)
        {
            await console.Page.Keyboard.PressAsync("Tab");
            reached.Add(await console.Page.EvaluateAsync<string>("document.activeElement.textContent.trim()"));
        }

        Assert.Subset(reached.ToHashSet(), new HashSet<string> { "Mesh", "Queue", "Tasks", "Events", "Submit", "Key" });
    }

    // The other tests' nodes come and go.
    [GeneratedRegex("needs 1 GPU of type 'H9|no node has joined its pool yet")]
    private static partial Regex WhyNobodyHasIt();
}
