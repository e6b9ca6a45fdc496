using System.Net;
using System.Security.Cryptography;
using System.Text;
using Aurora.GatewayApi.Tests.Fakes;
using Aurora.Grains.Interfaces.Access;
using Aurora.Grains.Interfaces.Schedulers;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>OpenAI's routes as far as the gateway alone decides: what models there are, and what a request is as a task.</summary>
public sealed class ModelTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    [Fact]
    public async Task A_model_is_listed_with_its_nodes_and_what_it_takes_of_their_memory_where_they_tell()
    {
        Mesh.Mesh = new MeshView(
            [
                Node("cold", """{"models_available":["llama3.2:latest","phi-4"],"models_loaded":["phi-4"]}"""),
                Node("warm", """{"models_available":["LLAMA3.2"],"models_loaded":["LLAMA3.2"],"models_vram_bytes":{"LLAMA3.2":5333539264}}"""),
                Node("odd", """{"models_available":["phi-4"],"models_loaded":["phi-4"],"models_vram_bytes":{"phi-4":"much","\ud800":1}}"""),
            ],
            0, 0, 0);

        var list = await Client.GetStringAsync("/v1/models");
        var one = await Client.GetStringAsync("/v1/models/llama3.2");

        const string Llama = """{"id":"llama3.2:latest","object":"model","created":0,"owned_by":"aurora","aurora":{"nodes":["cold","warm"],"loaded_on":["warm"],"vram_bytes":{"warm":5333539264}}}""";
        Assert.Equal(Llama, one);
        Assert.StartsWith("""{"object":"list","data":[""" + Llama, list, StringComparison.Ordinal);
        Assert.Contains("\"id\":\"phi-4\"", list, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 8)]
    [InlineData("2", 2)]
    public async Task A_request_has_the_priority_of_its_header_or_else_of_its_key(string? header, int expected)
    {
        Mesh.Mesh = new MeshView([Node("node-1", """{"models_available":["chat"]}""")], 0, 0, 0);
        Mesh.Keys.Add(new AccessKey("key-1", "web", [AccessScopes.Submit], SHA256.HashData("secret"u8), DateTimeOffset.UnixEpoch) { DefaultPriority = 8 });
        Mesh.Wait = id => Task.FromResult<Aurora.Grains.Interfaces.Tasks.TaskView?>(TaskOf(id, "completed", result: """{"choices":[]}"""));
        foreach (var endpoint in new[] { "chat/completions", "completions", "embeddings" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/" + endpoint)
            {
                Content = new StringContent("""{"model":"chat","input":"a text"}""", Encoding.UTF8, "application/json"),
            };
            request.Headers.Authorization = new("Bearer", "secret");
            if (header is not null)
            {
                request.Headers.Add("X-Aurora-Priority", header);
            }

            using var response = await Client.SendAsync(request);

            Assert.Equal((HttpStatusCode.OK, """{"choices":[]}"""), (response.StatusCode, await response.Content.ReadAsStringAsync()));
        }

        Assert.Equal([expected, expected, expected], Mesh.SubmittedOrder.Select(id => Mesh.Submitted[id].Priority));
    }

    private static NodeStatusView Node(string id, string facts) =>
        new(id, "active", [], [], [], 0, 0, DateTimeOffset.UnixEpoch, 0, 1, ["llm_inference", "embeddings"], facts, "orleans");
}
