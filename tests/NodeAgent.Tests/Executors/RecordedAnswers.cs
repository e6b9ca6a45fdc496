namespace Aurora.NodeAgent.Tests.Executors;

/// <summary>What real servers answer, shortened.</summary>
internal static class RecordedAnswers
{
    public const string Chat = """{"id":"c1","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hi <b>"},"finish_reason":"stop"}],"usage":{"total_tokens":3}}""";

    public const string Completion = """{"id":"c2","object":"text_completion","choices":[{"index":0,"text":"Hi"}]}""";

    public static FakeOpenAiServer Ollama(this FakeOpenAiServer server) => server
        .Answer("/v1/models", """{"object":"list","data":[{"id":"llama3.2:latest","object":"model","created":1,"owned_by":"library"},{"id":"nomic-embed-text:latest","object":"model","created":1,"owned_by":"library"}]}""")
        .Answer("/api/ps", """{"models":[{"name":"llama3.2:latest","model":"llama3.2:latest","size":6591830464,"size_vram":5333539264,"context_length":4096}]}""");

    public static FakeOpenAiServer Vllm(this FakeOpenAiServer server) => server
        .Answer("/v1/models", """{"object":"list","data":[{"id":"meta-llama/Llama-3.1-8B","object":"model","created":1,"owned_by":"vllm","root":"meta-llama/Llama-3.1-8B","parent":null,"max_model_len":8192,"permission":[]}]}""");

    public static FakeOpenAiServer LlamaCpp(this FakeOpenAiServer server) => server
        .Answer("/v1/models", """{"models":[{"name":"m.gguf"}],"object":"list","data":[{"id":"m.gguf","object":"model","created":1,"owned_by":"llamacpp","meta":{"n_ctx_train":4096}}]}""");

    public static FakeOpenAiServer LmStudio(this FakeOpenAiServer server) => server
        .Answer("/v1/models", """{"data":[{"id":"qwen2.5-7b","object":"model","owned_by":"organization_owner"},{"id":"phi-4","object":"model","owned_by":"organization_owner"}],"object":"list"}""")
        .Answer("/api/v0/models", """{"object":"list","data":[{"id":"qwen2.5-7b","type":"llm","state":"not-loaded"},{"id":"phi-4","type":"llm","state":"loaded"}]}""");
}
