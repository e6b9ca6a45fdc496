using System.Text.Json.Nodes;

namespace Aurora.Client.Tests;

/// <summary>What a request looks like to the mesh.</summary>
public sealed class RequestTests
{
    private static readonly string[] Texts = ["a", "b"];

    public static TheoryData<MeshTaskRequest, string> Shapes => new()
    {
        {
            new LlmInferenceRequest { Prompt = "Hello", Model = "llama3", MemoryGb = 16, GpuType = "RTX 4090", Priority = 8, MaxTokens = 9 },
            """{"task_type":"llm_inference","priority":8,"requirements":{"memory_gb":16,"gpu_type":"RTX 4090","model":"llama3"},"payload":{"prompt":"Hello","max_tokens":9}}"""
        },
        {
            new LlmInferenceRequest { Messages = [new ChatMessage("user", "Hi")] },
            """{"task_type":"llm_inference","priority":5,"requirements":{},"payload":{"messages":[{"role":"user","content":"Hi"}]}}"""
        },
        {
            new EmbeddingsRequest(Texts) { BatchSize = 2 },
            """{"task_type":"embeddings","priority":5,"requirements":{"batch_size":2},"payload":{"input":["a","b"]}}"""
        },
        {
            new TrainingRequest("train.py") { Arguments = ["--fast"], Epochs = 3, GpuCount = 2 },
            """{"task_type":"training","priority":5,"requirements":{"gpu_count":2,"epochs":3},"script":"train.py","args":["--fast"]}"""
        },
        {
            new TrainingRequest("train.py") { Nodes = 3, GpuCount = 2 },
            """{"task_type":"training","priority":5,"requirements":{"gpu_count":2,"nodes":3},"script":"train.py"}"""
        },
        {
            new CustomRequest { ScriptSource = "print()", Requirements = new JsonObject { ["interpreter"] = "python3" } },
            """{"task_type":"custom","priority":5,"requirements":{"interpreter":"python3"},"script_source":"print()"}"""
        },
    };

    [Theory]
    [MemberData(nameof(Shapes), DisableDiscoveryEnumeration = true)]
    public void A_typed_request_is_the_documented_task(MeshTaskRequest request, string json)
    {
        request.Validate();

        Assert.Equal(json, request.ToJson().ToJsonString());
    }

    [Fact]
    public void A_task_in_json_comes_back_as_it_was()
    {
        const string Task = """{"task_type":"custom","priority":3,"requirements":{"memory_gb":1.5,"gpu_count":1,"gpu_type":"A40","model":"m","epochs":2},"payload":[1],"script":"x.py","note":null}""";

        var request = MeshTaskRequest.FromJson(JsonNode.Parse(Task)!.AsObject());

        request.Validate();
        Assert.Equal((1.5, 1, "A40", "m"), (request.MemoryGb, request.GpuCount, request.GpuType, request.Model));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Task), request.ToJson()), request.ToJson().ToJsonString());
    }

    [Theory]
    [InlineData("""{"priority":5}""", "task_type")]
    [InlineData("""{"task_type":7}""", "task_type")]
    [InlineData("""{"task_type":"test","priority":"high"}""", "priority")]
    [InlineData("""{"task_type":"test","requirements":[]}""", "requirements")]
    [InlineData("""{"task_type":"test","requirements":{"memory_gb":"16"}}""", "requirements.memory_gb")]
    [InlineData("""{"task_type":"test","requirements":{"gpu_count":1.5}}""", "requirements.gpu_count")]
    [InlineData("""{"task_type":"test","requirements":{"gpu_type":4090}}""", "requirements.gpu_type")]
    public void A_member_of_the_wrong_type_is_named(string json, string field)
    {
        var refusal = Assert.Throws<InvalidTaskException>(() => MeshTaskRequest.FromJson(JsonNode.Parse(json)!.AsObject()));

        Assert.Equal([field], refusal.Errors.Keys);
    }

    [Fact]
    public void A_number_of_nodes_that_the_mesh_would_refuse_is_refused()
    {
        MeshTaskRequest[] refused =
        [
            new TrainingRequest("train.py") { Nodes = 0 },
            new TestRequest { Nodes = 65 },
            new TestRequest { Requirements = new JsonObject { ["nodes"] = 1.5 } },
            new LlmInferenceRequest { Prompt = "Hello", Nodes = 2 },
        ];

        Assert.All(refused, request => Assert.Equal(["requirements.nodes"], Assert.Throws<InvalidTaskException>(() => request.Validate()).Errors.Keys));
        new TestRequest { Nodes = 64 }.Validate();
    }

    [Fact]
    public void What_has_a_property_is_not_said_twice()
    {
        var request = new TestRequest { Requirements = new JsonObject { ["memory_gb"] = 16 } };

        Assert.Equal(["requirements.memory_gb"], Assert.Throws<InvalidTaskException>(() => request.Validate()).Errors.Keys);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("schlüssel")]
    public void A_key_that_no_header_can_carry_is_refused(string key) =>
        Assert.Throws<ArgumentException>(() => SubmitOptions.KeyOf(new SubmitOptions { IdempotencyKey = key }));
}
