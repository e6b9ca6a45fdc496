using System.Net;
using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Workloads.Tests;

/// <summary>Tasks of several nodes, seen from outside: three agents with a GPU each.</summary>
public sealed class GangTests : IAsyncLifetime
{
    // Every member tells rank 0 who it is, at the address that the mesh told all of them.
    private const string Meeting = """
        import json, os, socket, sys, time
        rank, size = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
        place = (os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]))
        if rank == 0:
            came = []
            with socket.create_server(place) as server:
                while len(came) < size - 1:
                    peer, _ = server.accept()
                    with peer:
                        came.append(int(peer.recv(16)))
            print(json.dumps({"came": sorted(came), "members": os.environ["AURORA_GANG_MEMBERS"].split(",")}))
        else:
            for attempt in range(300):
                try:
                    with socket.create_connection(place) as peer:
                        peer.sendall(str(rank).encode())
                    sys.exit(0)
                except OSError:
                    time.sleep(0.1)
            sys.exit(1)
        """;

    private readonly List<AgentProcess> agents = [];
    private MeshProcess? mesh;

    private MeshClient Client => mesh!.Client;

    public async ValueTask InitializeAsync()
    {
        mesh = await MeshProcess.StartAsync();
        foreach (var name in new[] { "one", "two", "three" })
        {
            agents.Add(AgentProcess.Start(
                mesh.Url, name, [Gpus.Rtx4090], ("AURORA_ALLOW_SCRIPTS", "any"), ("AURORA_NODE_ADDRESS", "127.0.0.1"), ("AURORA_MAX_PARALLEL", "1")));
        }

        foreach (var name in new[] { "one", "two", "three" })
        {
            await Client.SeeNodeAsync(name);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var agent in agents)
        {
            await agent.DisposeAsync();
        }

        await mesh!.DisposeAsync();
    }

    [Fact]
    public async Task Three_machines_start_together_meet_and_give_the_result_of_rank_0()
    {
        var body = new JsonObject
        {
            ["task_type"] = "custom",
            ["interpreter"] = "python3",
            ["script_source"] = Meeting,
            ["requirements"] = new JsonObject { ["nodes"] = 3, ["gpu_count"] = 1, ["memory_gb"] = 8 },
        };
        var plan = JsonNode.Parse((await Client.SendAsync(HttpMethod.Post, "tasks/plan", body.ToJsonString())).Body)!;
        Assert.Equal(["one", "three", "two"], plan.Array("tasks")[0]!.Array("gang").Select(part => part!.Text("node")).Order());

        var task = await Client.SeeTaskAsync(await Client.SubmitForIdAsync(body.ToJsonString()), "completed");

        var data = task.Object("result").Object("data");
        Assert.Equal([1, 2], data.Array("came").Select(rank => (int)rank!));
        Assert.Equal(["127.0.0.1", "127.0.0.1", "127.0.0.1"], data.Array("members").Select(member => (string?)member));
        var gang = task.Array("gang");
        Assert.Equal(task.Text("assigned_node"), gang[0]!.Text("node"));
        Assert.Equal(["one", "three", "two"], gang.Select(part => part!.Text("node")).Order());
        Assert.All(gang, part => Assert.True((bool)part!["ended"]!));
    }

    [Fact]
    public async Task A_machine_that_dies_ends_the_attempt_for_all_and_the_next_one_starts_on_the_others()
    {
        var waits = await Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"nodes":4,"gpu_count":1}}""");
        var explained = await Client.GetAsync($"tasks/{waits}/explain");
        Assert.StartsWith("needs 4 nodes at once, 1 GPU on each; only 3 here could run it", explained.Text("summary"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await Client.SendAsync(HttpMethod.Delete, $"tasks/{waits}")).Status);

        var taskId = await Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"nodes":2,"gpu_count":1},"payload":{"sleep_ms":4000}}""");
        var running = await Client.SeeTaskAsync(taskId, "running");
        var dies = running.Array("gang")[1]!.Text("node");
        await agents[dies switch { "one" => 0, "two" => 1, _ => 2 }].KillAsync();

        var task = await Client.SeeTaskAsync(taskId, "completed");

        Assert.Equal(2, task.Number("attempt"));
        Assert.DoesNotContain(dies, task.Array("gang").Select(part => part!.Text("node")));
        Assert.Equal([0, 2], new[] { task.Object("result").Object("gang").Number("rank"), task.Object("result").Object("gang").Number("size") });

        // Nothing is left of the attempt that was given up: both machines take a task of their own at once.
        for (var number = 0; number < 2; number++)
        {
            await Client.SeeTaskAsync(await Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"gpu_count":1,"memory_gb":20}}"""), "completed");
        }
    }

    [Fact]
    public async Task A_number_of_nodes_that_cannot_be_meant_is_refused_by_its_name()
    {
        foreach (var (body, message) in new[]
        {
            ("""{"task_type":"test","requirements":{"nodes":65}}""", "must be an integer from 1 to 64"),
            ("""{"task_type":"llm_inference","requirements":{"nodes":2}}""", "must be 1 for task_type llm_inference"),
        })
        {
            var (status, answer) = await Client.SendAsync(HttpMethod.Post, "tasks/submit", body);

            Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
            Assert.Contains(message, JsonNode.Parse(answer)!["errors"]!["requirements.nodes"]![0]!.GetValue<string>(), StringComparison.Ordinal);
        }
    }
}
