using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Aurora.GatewayApi.Tests.Fakes;

/// <summary>Requests and assertions that read like sentences.</summary>
public static class HttpAsserts
{
    public static async Task<HttpResponseMessage> PostAsync(this HttpClient client, string path, byte[] body, string? mediaType = "application/json")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = mediaType is null ? null : MediaTypeHeaderValue.Parse(mediaType);
        return await client.PostAsync(path, content);
    }

    public static Task<HttpResponseMessage> PostAsync(this HttpClient client, string path, string body, string? mediaType = "application/json") =>
        client.PostAsync(path, Encoding.UTF8.GetBytes(body), mediaType);

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

    /// <summary>Asserts an RFC 9457 answer and returns its body.</summary>
    public static async Task<JsonElement> AssertProblemAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"Expected {status}, got {response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var body = JsonDocument.Parse(text).RootElement;
        Assert.Equal((int)status, body.GetProperty("status").GetInt32());
        Assert.NotEmpty(body.GetProperty("code").GetString()!);
        Assert.NotEmpty(body.GetProperty("detail").GetString()!);
        return body;
    }
}
