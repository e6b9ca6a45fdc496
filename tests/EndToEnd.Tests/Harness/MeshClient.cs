using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Aurora.EndToEnd.Tests.Harness;

/// <summary>The documented HTTP surface as a program in any language sees it: paths, status codes and JSON.</summary>
internal sealed class MeshClient(Uri url, Func<string> evidence) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = url, Timeout = TimeSpan.FromSeconds(100) };

    /// <summary>A key that every request carries from now on.</summary>
    public void UseKey(string? key) =>
        http.DefaultRequestHeaders.Authorization = key is null ? null : new("Bearer", key);

    public async Task<int> StatusOfAsync(string path)
    {
        using var response = await http.GetAsync(path);
        return (int)response.StatusCode;
    }

    public async Task<string> TextAsync(string path)
    {
        using var response = await http.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            // Whoever waits for something asks again, as the answer says.
            throw new HttpRequestException($"GET /{path} answered 503: {text}\n{evidence()}", inner: null, response.StatusCode);
        }

        Assert.True(response.IsSuccessStatusCode, $"GET /{path} answered {(int)response.StatusCode}: {text}\n{evidence()}");
        return text;
    }

    public async Task<JsonObject> GetAsync(string path) => JsonNode.Parse(await TextAsync(path))!.AsObject();

    /// <summary>Sends a body and returns whatever comes back, refusals included.</summary>
    public async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpMethod method, string path, string? body = null, string mediaType = "application/json", string? key = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = mediaType.Length == 0 ? null : System.Net.Http.Headers.MediaTypeHeaderValue.Parse(mediaType);
        }

        using var response = await http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Submits a task that must be accepted; a mesh that is not able to for now is asked again, as its answer says.</summary>
    public async Task<JsonObject> SubmitAsync(string body)
    {
        var key = Guid.NewGuid().ToString("N");
        var (status, answer) = await Eventually.SeeAsync(
            "the mesh takes submits", () => SendAsync(HttpMethod.Post, "tasks/submit", body, key: key), answered => answered.Status != HttpStatusCode.ServiceUnavailable, evidence);
        Assert.True(status == HttpStatusCode.OK, $"POST /tasks/submit {body} answered {(int)status}: {answer}\n{evidence()}");
        return JsonNode.Parse(answer)!.AsObject();
    }

    public async Task<string> SubmitForIdAsync(string body) => (await SubmitAsync(body)).Text("task_id");

    public async Task<JsonObject> TaskAsync(string taskId) => await GetAsync($"tasks/{taskId}");

    /// <summary>Waits until the task has this status and returns it.</summary>
    public Task<JsonObject> SeeTaskAsync(string taskId, string status, Func<JsonObject, bool>? also = null) => Eventually.SeeAsync(
        $"task {taskId} is {status}", () => TaskAsync(taskId), task => task.Text("status") == status && (also is null || also(task)), evidence);

    /// <summary>Waits until the mesh shows the node with this status and returns what it shows.</summary>
    public async Task<JsonObject> SeeNodeAsync(string nodeId, string status = "active")
    {
        var nodes = await Eventually.SeeAsync(
            $"node {nodeId} is {status}",
            () => GetAsync("mesh/nodes"),
            answer => answer["nodes"]![nodeId] is JsonObject node && node.Text("status") == status,
            evidence);
        return nodes["nodes"]![nodeId]!.AsObject();
    }

    public Task<JsonObject> StatusAsync() => GetAsync("mesh/status");

    public Task<JsonObject> SeeStatusAsync(string expected, Func<JsonObject, bool> isExpected) =>
        Eventually.SeeAsync(expected, StatusAsync, isExpected, evidence, TimeSpan.FromSeconds(180));

    public void Dispose() => http.Dispose();
}
