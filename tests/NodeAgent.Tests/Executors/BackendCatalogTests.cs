using Aurora.NodeAgent.Executors.Backends;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.NodeAgent.Tests.Executors;

public sealed class BackendCatalogTests
{
    [Fact]
    public async Task Each_server_is_known_by_its_answers_with_the_models_it_has_and_has_loaded()
    {
        await using var ollama = new FakeOpenAiServer().Ollama();
        await using var vllm = new FakeOpenAiServer().Vllm();
        await using var llamaCpp = new FakeOpenAiServer().LlamaCpp();
        await using var lmStudio = new FakeOpenAiServer().LmStudio();
        await using var catalog = Catalog(ollama.Url, vllm.Url, llamaCpp.Url, lmStudio.Url);

        await catalog.RefreshAsync(CancellationToken.None);

        Assert.Equal(["ollama", "vllm", "llama.cpp", "lm-studio"], catalog.Alive.Select(backend => backend.Kind));
        Assert.Equal(["llama3.2:latest", "nomic-embed-text:latest", "meta-llama/Llama-3.1-8B", "m.gguf", "qwen2.5-7b", "phi-4"], catalog.ModelsAvailable);
        Assert.Equal(["llama3.2:latest", "meta-llama/Llama-3.1-8B", "m.gguf", "phi-4"], catalog.ModelsLoaded);

        // Only Ollama tells.
        Assert.Equal([new("llama3.2:latest", 5_333_539_264)], catalog.VramBytes);
    }

    [Theory]
    [InlineData(200, "<html>a web site</html>")]
    [InlineData(200, """{"service":"Aurora GPU Mesh Coordinator"}""")]
    [InlineData(200, """{"data":["a"]}""")]
    [InlineData(200, """{"data":[{"name":"a"}]}""")]
    [InlineData(200, "[]")]
    [InlineData(401, """{"object":"list","data":[{"id":"m"}]}""")]
    [InlineData(200, """{"object":"list","data":null}""")]
    public async Task Another_service_on_the_port_and_a_server_without_models_do_not_count(int status, string body)
    {
        await using var server = new FakeOpenAiServer().Answer("/v1/models", body, status);
        await using var catalog = Catalog(server.Url);

        await catalog.RefreshAsync(CancellationToken.None);

        Assert.Empty(catalog.Alive);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_busy_server_stays_until_it_left_several_probes_unanswered()
    {
        await using var server = new FakeOpenAiServer().Vllm();
        var clock = new SteppingClock();
        await using var catalog = new BackendCatalog(
            new BackendOptions { Addresses = BackendAddress.ParseList(server.Url), ProbeTimeout = TimeSpan.FromMilliseconds(300), UnansweredProbesMax = 2 },
            clock,
            NullLogger<BackendCatalog>.Instance);
        await RefreshLaterAsync();
        Assert.Single(catalog.Alive);
        server.Silent["/v1/models"] = true;

        await RefreshLaterAsync();
        Assert.Single(catalog.Alive);
        await RefreshLaterAsync();
        Assert.Empty(catalog.Alive);

        Task RefreshLaterAsync()
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            return catalog.RefreshAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_server_that_refuses_connections_is_gone_at_once()
    {
        var clock = new SteppingClock();
        var server = new FakeOpenAiServer().Vllm();
        await using var catalog = new BackendCatalog(
            new BackendOptions { Addresses = BackendAddress.ParseList(server.Url) }, clock, NullLogger<BackendCatalog>.Instance);
        await catalog.RefreshAsync(CancellationToken.None);
        Assert.Single(catalog.Alive);
        await server.DisposeAsync();
        clock.Advance(TimeSpan.FromMinutes(1));

        await catalog.RefreshAsync(CancellationToken.None);

        Assert.Empty(catalog.Alive);
    }

    [Fact]
    public async Task A_loaded_model_is_chosen_before_a_cold_one_and_equals_take_turns()
    {
        await using var first = new FakeOpenAiServer().Vllm();
        await using var second = new FakeOpenAiServer().Vllm();
        await using var mixed = new FakeOpenAiServer().LmStudio();
        await using var catalog = Catalog(first.Url, second.Url, mixed.Url);
        await catalog.RefreshAsync(CancellationToken.None);

        var chosen = Enumerable.Range(0, 4).Select(_ => catalog.Choose("META-LLAMA/llama-3.1-8b", false)!.Backend.Address.ToString()).ToHashSet();

        Assert.True(chosen.SetEquals([first.Url, second.Url]), string.Join(' ', chosen));
        Assert.Equal("qwen2.5-7b", catalog.Choose("qwen2.5-7b", false)!.Model.Name);
        Assert.True(catalog.Choose(null, false)!.Model.Loaded);
        Assert.Null(catalog.Choose("gpt-5", false));
    }

    private static BackendCatalog Catalog(params string[] urls) => new(
        new BackendOptions { Addresses = [.. urls.SelectMany(BackendAddress.ParseList)], ProbeTimeout = TimeSpan.FromSeconds(20) },
        TimeProvider.System,
        NullLogger<BackendCatalog>.Instance);

    private sealed class SteppingClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }
}
