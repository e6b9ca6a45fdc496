using System.Net;
using System.Text;
using Aurora.EndToEnd.Tests.Harness;
using Aurora.InferenceBackend;

namespace Aurora.Workloads.Tests.Inference;

/// <summary>Which node's server gets a request, as the headers of the answer say.</summary>
public sealed class ModelRoutingTests(SharedMesh mesh) : IClassFixture<SharedMesh>, IDisposable
{
    private const string Named = ""","user":"u-1" """;

    private readonly HttpClient http = new() { BaseAddress = mesh.Url, Timeout = TimeSpan.FromSeconds(60) };

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task A_request_goes_where_its_model_is_in_memory_and_otherwise_where_it_can_be_loaded()
    {
        await using var cold = await InferenceNode.JoinAsync(
            mesh.Process, "cold", new BackendBehaviour { Models = ["both", "only-cold"], Loaded = [] });
        await using var warm = await InferenceNode.JoinAsync(mesh.Process, "warm", new BackendBehaviour { Models = ["both"], Loaded = ["both"] });

        var both = new List<(string, string)>();
        for (var i = 0; i < 3; i++)
        {
            both.Add(await AskAsync("both"));
        }

        Assert.All(both, where => Assert.Equal(("warm", "model loaded"), where));
        Assert.Equal(("cold", "model available, not loaded"), await AskAsync("only-cold"));
        Assert.Equal("warm", (await AskAsync("Both:latest")).Node);
    }

    [Fact]
    public async Task A_conversation_stays_on_its_node()
    {
        (string, string) two = ("AURORA_BACKEND_PARALLEL", "2");
        await using var left = await InferenceNode.JoinAsync(mesh.Process, "left", new BackendBehaviour { Models = ["talk"] }, "orleans", two);
        await using var right = await InferenceNode.JoinAsync(mesh.Process, "right", new BackendBehaviour { Models = ["talk"] }, "orleans", two);
        var home = (await AskAsync("talk", session: "conversation-7")).Node;
        var user = (await AskAsync("talk", more: Named)).Node;

        // One request keeps the home of the conversation busy, so that whoever is free to choose goes elsewhere.
        var gate = new TaskCompletionSource();
        var server = (home == "left" ? left : right).Server;
        server.Behaviour.Hold = (0, gate.Task);
        var held = AskAsync("talk", session: "conversation-7");
        await Eventually.SeeAsync("the home is busy", () => Task.FromResult(server.InFlight), inFlight => inFlight == 1);
        server.Behaviour.Hold = null;

        Assert.Equal(home, (await AskAsync("talk", session: "conversation-7")).Node);
        Assert.NotEqual(home, (await AskAsync("talk")).Node);
        Assert.Equal(user, (await AskAsync("talk", more: Named)).Node);
        gate.SetResult();
        Assert.Equal(home, (await held).Node);
    }

    [Fact]
    public async Task A_server_gets_no_more_requests_at_once_than_it_is_said_to_work_and_the_rest_waits()
    {
        var gate = new TaskCompletionSource();
        await using var node = await InferenceNode.JoinAsync(
            mesh.Process, "narrow", new BackendBehaviour { Models = ["narrow"], Hold = (0, gate.Task) }, "orleans", ("AURORA_BACKEND_PARALLEL", "2"));

        var asking = Enumerable.Range(0, 6).Select(_ => AskAsync("narrow")).ToList();
        await Eventually.SeeAsync("four requests wait", mesh.Client.StatusAsync, status => (int)status["queued_tasks"]! == 4);
        await Eventually.SeeAsync("two are at the server", () => Task.FromResult(node.Server.InFlight), inFlight => inFlight == 2);
        gate.SetResult();
        var answers = await Task.WhenAll(asking);

        Assert.All(answers, answer => Assert.Equal("narrow", answer.Node));
        Assert.Equal(4, answers.Count(answer => answer.Reason.Contains("waited: ", StringComparison.Ordinal)));
        Assert.Equal((6, 2), (node.Server.Served, node.Server.InFlightMax));
    }

    private async Task<(string Node, string Reason)> AskAsync(string model, string? session = null, string more = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent($$"""{"model":"{{model}}","messages":[{"role":"user","content":"Hello"}]{{more}}}""", Encoding.UTF8, "application/json"),
        };
        if (session is not null)
        {
            request.Headers.Add("X-Aurora-Session", session);
        }

        using var response = await http.SendAsync(request);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return (response.Headers.GetValues("X-Aurora-Node").Single(), response.Headers.GetValues("X-Aurora-Reason").Single());
    }
}
