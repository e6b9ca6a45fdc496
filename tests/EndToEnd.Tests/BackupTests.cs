using Aurora.EndToEnd.Tests.Harness;
using Npgsql;

namespace Aurora.EndToEnd.Tests;

/// <summary>The commands of docs/operations.md: a backup of a running mesh, restored, has every task and file that was accepted before it.</summary>
public sealed class BackupTests
{
    private const string Waiting = """{"task_type":"custom","script":"x.py","requirements":{"gpu_type":"NOT HERE"}}""";

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task A_restored_mesh_has_every_task_of_the_backup_and_its_nodes_go_on(StoreKind store)
    {
        using var backup = new TemporaryDirectory();
        using var data = new TemporaryDirectory();
        var settings = await store.SettingsAsync();
        settings = settings with { Environment = new Dictionary<string, string?> { ["AURORA_DATA_DIR"] = data.Path } };
        var commands = store is StoreKind.Sqlite ? Sqlite(data.Path, backup.Path) : Postgres(settings.Postgres!, data.Path, backup.Path);
        await using var mesh = await MeshProcess.StartAsync(settings);
        await using var agent = AgentProcess.Simulate(mesh.Url, "sim", Gpus.Rtx4090, Gpus.A40);
        var ended = await Workload.SubmitMixedAsync(mesh.Client, 30, sleepMilliseconds: 20);
        await Workload.AllCompleteOnceAsync(mesh.Client, ended);
        var waiting = await mesh.Client.SubmitForIdAsync(Waiting);
        await using var node = await LegacyNode.JoinAsync(mesh.Url, "holds-a-task", "HELD");
        var held = await mesh.Client.SubmitForIdAsync("""{"task_type":"custom","script":"x.py","requirements":{"gpu_type":"HELD"}}""");
        await node.AssignmentAsync();
        Directory.CreateDirectory(Path.Combine(data.Path, "files"));
        await File.WriteAllTextAsync(Path.Combine(data.Path, "files", "kept"), "a file of a task");

        await ShellAsync(commands.Backup);
        await mesh.Client.SeeTaskAsync(await mesh.Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"gpu_count":1}}"""), "completed");
        await mesh.Client.SendAsync(HttpMethod.Delete, $"tasks/{waiting}");
        await mesh.Client.SeeTaskAsync(waiting, "cancelled");
        await node.CompleteAsync(held, []);
        await mesh.Client.SeeTaskAsync(held, "completed");
        await mesh.StopAsync();
        await ShellAsync(commands.Restore);
        await mesh.StartAgainAsync();

        await Workload.EachHasItsResultAsync(mesh.Client, ended);
        Assert.Equal("queued", (await mesh.Client.TaskAsync(waiting)).Text("status"));
        Assert.Equal(new[] { held, waiting }.Order(), (await mesh.Client.GetAsync("tasks/active")).Object("tasks").Select(task => task.Key).Order());
        Assert.Equal("a file of a task", await File.ReadAllTextAsync(Path.Combine(data.Path, "files", "kept")));

        // The agent, which never stopped, saw what the restored mesh does not know; it takes its work all the same.
        var next = await mesh.Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"gpu_count":1}}""");
        await mesh.Client.SeeTaskAsync(next, "completed");
        await using var again = await LegacyNode.JoinAsync(mesh.Url, "holds-a-task", "HELD");
        Assert.Equal(held, (await again.AssignmentAsync()).Text("task_id"));
        await again.CompleteAsync(held, []);
        await mesh.Client.SeeTaskAsync(held, "completed");
    }

    private static (string Backup, string Restore) Sqlite(string data, string backup) => (
        $"""
        sqlite3 '{data}/aurora.db' ".backup '{backup}/aurora.db'"
        cp -a '{data}/files' '{backup}/'
        """,
        $"""
        rm -rf '{data}'/aurora.db* '{data}/files'
        cp -a '{backup}/aurora.db' '{backup}/files' '{data}/'
        """);

    private static (string Backup, string Restore) Postgres(string connection, string data, string backup)
    {
        var server = new NpgsqlConnectionStringBuilder(connection);
        var place = $"-h {server.Host} -p {server.Port} -U {server.Username} -d {server.Database}";
        return (
            $"""
            pg_dump {place} -Fc -f '{backup}/aurora.dump'
            cp -a '{data}/files' '{backup}/'
            """,
            $"""
            pg_restore {place} --clean --if-exists --single-transaction '{backup}/aurora.dump'
            rm -rf '{data}/files' && cp -a '{backup}/files' '{data}/'
            """);
    }

    private static async Task ShellAsync(string commands)
    {
        await using var shell = ChildProcess.Start("bash", ["-euc", commands], new Dictionary<string, string?>());
        Assert.True(await shell.WaitForExitAsync("the commands end") == 0, $"{commands}\n{shell.Tail}\nsqlite3, pg_dump and pg_restore are needed: .ci/run installs them.");
    }
}
