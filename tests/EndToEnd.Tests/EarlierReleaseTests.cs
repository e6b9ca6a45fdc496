using System.Net;
using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;
using Npgsql;

namespace Aurora.EndToEnd.Tests;

/// <summary>Databases as earlier releases left them, killed with work under way (<c>Releases/README.md</c>), opened by this one.</summary>
public sealed class EarlierReleaseTests
{
    // Byte for byte what was sent then, since a key belongs to a body.
    private const string Waits = """{"task_type": "test", "priority": 8, "requirements": {"gpu_type": "H100", "gpu_count": 1, "memory_gb": 40}}""";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Releases");

    [Theory]
    [InlineData("schema-5", StoreKind.Sqlite)]
    [InlineData("schema-5", StoreKind.Postgres)]
    [InlineData("schema-7", StoreKind.Sqlite)]
    [InlineData("schema-7", StoreKind.Postgres)]
    public async Task What_an_earlier_release_stored_is_there_its_waits_go_on_and_its_keys_hold(string release, StoreKind store)
    {
        var facts = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, $"{release}.{(store is StoreKind.Sqlite ? "sqlite" : "sql")}.json")))!.AsObject();
        using var data = new TemporaryDirectory();
        await using var mesh = await MeshProcess.StartAsync(await RestoreAsync(release, store, data.Path));
        Assert.Equal(401, await mesh.Client.StatusOfAsync("mesh/status"));
        mesh.Client.UseKey(facts.Text("secret"));

        await EndedTasksAreThereAsync(mesh.Client, facts);
        await SettingsAreThereAsync(mesh.Client, facts);
        await KeysOfRequestsHoldAsync(mesh.Client, facts);
        await WaitsGoOnAsync(mesh, facts);
    }

    private static async Task EndedTasksAreThereAsync(MeshClient mesh, JsonObject facts)
    {
        var completed = await mesh.TaskAsync(facts.Text("completed"));
        Assert.Equal(("completed", "stored-node", 1), (completed.Text("status"), completed.Text("assigned_node"), completed.Number("attempt")));
        Assert.Equal("kept as it was sent", completed.Object("payload").Text("note"));
        Assert.Equal("stored", completed.Object("labels").Text("kind"));
        Assert.NotEmpty(completed.Object("result"));
        var failed = await mesh.TaskAsync(facts.Text("failed"));
        Assert.Equal("failed", failed.Text("status"));
        Assert.Contains("on purpose", failed.Text("error"), StringComparison.Ordinal);
        Assert.Equal(facts.Text("failed"), Assert.Single((await mesh.GetAsync("tasks/dead")).Array("tasks"))!.Text("task_id"));
        Assert.Equal("cancelled", (await mesh.TaskAsync(facts.Text("cancelled"))).Text("status"));
        Assert.Equal(3, (await mesh.GetAsync($"groups/{facts.Text("group")}")).Number("completed"));
    }

    private static async Task SettingsAreThereAsync(MeshClient mesh, JsonObject facts)
    {
        Assert.Equal(["a", "b"], (await mesh.GetAsync("routes/stored-route")).Array("variants").Select(variant => variant!.Text("name")));
        if (facts.ContainsKey("tenant"))
        {
            Assert.Equal(8, (await mesh.GetAsync($"mesh/tenants/{facts.Text("tenant")}")).Number("gpus_max"));
        }
    }

    private static async Task KeysOfRequestsHoldAsync(MeshClient mesh, JsonObject facts)
    {
        var (status, body) = await mesh.SendAsync(HttpMethod.Post, "tasks/submit", Waits, key: "stored-key");
        Assert.Equal((HttpStatusCode.OK, facts.Text("waiting")), (status, JsonNode.Parse(body)!.Text("task_id")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await mesh.SendAsync(HttpMethod.Post, "tasks/submit", """{"task_type":"test"}""", key: "stored-key")).Status);
    }

    private static async Task WaitsGoOnAsync(MeshProcess mesh, JsonObject facts)
    {
        foreach (var name in new[] { "waiting", "after" })
        {
            Assert.Equal("queued", (await mesh.Client.TaskAsync(facts.Text(name))).Text("status"));
        }

        var (_, joins) = await mesh.Client.SendAsync(HttpMethod.Post, "access/keys", """{"name":"nodes","scopes":["join"]}""");
        var token = ("AURORA_JOIN_TOKEN", JsonNode.Parse(joins)!.Text("secret"));

        // The node that the task ran on is back and knows nothing of it: the attempt is lost, and the task has another one.
        await using var back = AgentProcess.Start(mesh.Url, "stored-node", [Gpus.Rtx4090], token);
        await mesh.Client.SeeTaskAsync(facts.Text("running"), "running", task => task.Number("attempt") == 2 && task.Text("assigned_node") == "stored-node");
        Assert.Equal(HttpStatusCode.OK, (await mesh.Client.SendAsync(HttpMethod.Delete, $"tasks/{facts.Text("running")}")).Status);

        await using var fits = AgentProcess.Start(mesh.Url, "fits", [("H100", 80)], token);
        var waited = await mesh.Client.SeeTaskAsync(facts.Text("waiting"), "completed");
        Assert.Equal(("fits", 8), (waited.Text("assigned_node"), waited.Number("priority")));
        await mesh.Client.SeeTaskAsync(facts.Text("after"), "completed");
        Assert.Empty((await mesh.Client.GetAsync("tasks/active")).Object("tasks"));
    }

    private static async Task<MeshSettings> RestoreAsync(string release, StoreKind store, string data)
    {
        var settings = await store.SettingsAsync();
        if (store is StoreKind.Sqlite)
        {
            File.Copy(Path.Combine(Folder, $"{release}.sqlite"), Path.Combine(data, "aurora.db"));
            return settings with { Environment = new Dictionary<string, string?> { ["AURORA_DATA_DIR"] = data } };
        }

        await using var database = NpgsqlDataSource.Create(settings.Postgres!);
        await using var statements = database.CreateCommand(await File.ReadAllTextAsync(Path.Combine(Folder, $"{release}.sql")));
        await statements.ExecuteNonQueryAsync();
        return settings;
    }
}
