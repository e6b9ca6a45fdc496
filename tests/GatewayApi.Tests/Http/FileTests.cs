using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Tests.Fakes;
using Aurora.Grains.Interfaces.Output;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>The files of tasks: from nodes to the mesh, from there to other nodes and to people.</summary>
public sealed class FileTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    private readonly string taskId = $"task_{Guid.NewGuid():N}";

    private AuroraGatewayOptions Options => Gateway.App.Services.GetRequiredService<IOptions<AuroraGatewayOptions>>().Value;

    [Fact]
    public async Task An_artifact_goes_up_and_comes_down_whole_or_in_part()
    {
        Given();
        await StoreAsync("artifacts", ("model/weights.bin", "0123456789"));

        var list = await (await Client.GetAsync($"/tasks/{taskId}/artifacts")).JsonAsync();
        using var part = new HttpRequestMessage(HttpMethod.Get, $"/tasks/{taskId}/artifacts/model/weights.bin");
        part.Headers.Range = new RangeHeaderValue(2, 4);
        var (whole, some) = (await Client.GetAsync($"/tasks/{taskId}/artifacts/model/weights.bin"), await Client.SendAsync(part));

        Assert.Equal(
            $$"""{"artifacts":[{"name":"model/weights.bin","size":10,"sha256":"{{HashOf("0123456789")}}","url":"/tasks/{{taskId}}/artifacts/model/weights.bin"}]}""",
            list.GetRawText());
        Assert.Equal("0123456789", await whole.Content.ReadAsStringAsync());
        Assert.Equal(("attachment", "nosniff"), (whole.Content.Headers.ContentDisposition!.DispositionType, whole.Headers.GetValues("X-Content-Type-Options").Single()));
        Assert.Equal((HttpStatusCode.PartialContent, "234"), (some.StatusCode, await some.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task What_no_set_names_any_more_goes()
    {
        Given();
        await StoreAsync("checkpoint", ("step", "1"));
        await StoreAsync("checkpoint", ("step", "2"));

        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync($"/tasks/{taskId}/content/{HashOf("1")}")).StatusCode);
        Assert.Equal("2", await Client.GetStringAsync($"/tasks/{taskId}/content/{HashOf("2")}"));
        Assert.Contains("\"name\":\"step\"", await Client.GetStringAsync($"/tasks/{taskId}/files/checkpoint"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_current_attempt_writes()
    {
        Given();

        Assert.Equal(HttpStatusCode.Conflict, (await PutContentAsync("x", attempt: "2")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await PutSetAsync("checkpoint", """{"attempt":2,"files":[]}""")).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PutContentAsync("x", attempt: "one")).StatusCode);
    }

    [Theory]
    [InlineData("""{"attempt":1,"files":[{"name":"../x","size":1,"sha256":"HASH"}]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"attempt":1,"files":[{"name":"/x","size":1,"sha256":"HASH"}]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"attempt":1,"files":[{"name":"x","size":1,"sha256":"../x"}]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"attempt":1,"files":[{"name":"x","size":1,"sha256":"HASH"},{"name":"x","size":1,"sha256":"HASH"}]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"attempt":1,"files":[null]}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"attempt":1}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"attempt":1,"files":[""", HttpStatusCode.BadRequest)]
    [InlineData("""{"attempt":1,"files":[{"name":"x","size":1,"sha256":"HASH"}]}""", HttpStatusCode.Conflict)]
    public async Task A_set_that_cannot_be_meant_is_refused(string body, HttpStatusCode status)
    {
        Given();

        Assert.Equal(status, (await PutSetAsync("artifacts", body.Replace("HASH", HashOf("never stored"), StringComparison.Ordinal))).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PutSetAsync("secrets", """{"attempt":1,"files":[]}""")).StatusCode);
    }

    [Fact]
    public async Task A_content_with_another_hash_or_too_large_leaves_nothing()
    {
        Given();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PutContentAsync("y", hashOf: "x")).StatusCode);
        var before = Options.FileBytesMax;
        Options.FileBytesMax = 10;
        try
        {
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PutContentAsync("longer than ten")).StatusCode);
        }
        finally
        {
            Options.FileBytesMax = before;
        }

        Assert.Equal(HttpStatusCode.NotFound, (await Client.GetAsync($"/tasks/{taskId}/content/{HashOf("x")}")).StatusCode);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Options.FilesDirectory, taskId), "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("..%2f..%2fsecret")]
    [InlineData("a%00b")]
    [InlineData("none")]
    public async Task A_name_that_is_no_artifact_is_refused(string name)
    {
        Given();

        Assert.True((await Client.GetAsync($"/tasks/{taskId}/artifacts/{name}")).StatusCode
            is HttpStatusCode.NotFound or HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_log_that_was_handed_over_is_read_after_the_mesh_forgot_it_and_under_the_same_positions()
    {
        Given();
        await StoreAsync("log", ("0.ndjson", """
            {"n":0,"k":"stdout","t":"one\n"}
            {"n":1,"k":"progress","t":"{\"progress\":1}"}
            {"n":2,"k":"stderr","t":"two\n"}
            {"n":3,"k":"std
            """));
        Mesh.Tasks[taskId] = TaskOf(taskId, "completed");

        Assert.Equal("one\ntwo\n", await Client.GetStringAsync($"/tasks/{taskId}/logs?follow=true"));
        Assert.Equal("two\n", await Client.GetStringAsync($"/tasks/{taskId}/logs?from={OutputPosition.Of(1, 1)}"));
    }

    private static string HashOf(string content) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));

    private void Given() => Mesh.Tasks[taskId] = TaskOf(taskId, "running");

    private async Task StoreAsync(string set, params (string Name, string Content)[] files)
    {
        foreach (var (_, content) in files)
        {
            Assert.Equal(HttpStatusCode.NoContent, (await PutContentAsync(content)).StatusCode);
        }

        var named = files.Select(file => $$"""{"name":"{{file.Name}}","size":{{file.Content.Length}},"sha256":"{{HashOf(file.Content)}}"}""");
        Assert.Equal(HttpStatusCode.NoContent, (await PutSetAsync(set, $$"""{"attempt":1,"files":[{{string.Join(',', named)}}]}""")).StatusCode);
    }

    private Task<HttpResponseMessage> PutContentAsync(string content, string attempt = "1", string? hashOf = null) =>
        Client.PutAsync($"/tasks/{taskId}/content/{HashOf(hashOf ?? content)}?attempt={attempt}", new StringContent(content));

    private Task<HttpResponseMessage> PutSetAsync(string set, string body) => Client.PutAsync($"/tasks/{taskId}/files/{set}", new StringContent(body));
}
