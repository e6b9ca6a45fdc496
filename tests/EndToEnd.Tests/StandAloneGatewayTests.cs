using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.EndToEnd.Tests;

/// <summary>A gateway in a process of its own is the whole surface: tasks go through it, and the Orleans Dashboard shows the silos to operators.</summary>
public sealed class StandAloneGatewayTests
{
    [Fact]
    public async Task The_dashboard_of_a_gateway_shows_the_silos_to_operators_only()
    {
        var orleans = FreePort.Take();
        await using var mesh = await MeshProcess.StartAsync(new MeshSettings { LocalNode = true, Environment = new Dictionary<string, string?> { ["AURORA_GATEWAY_PORT"] = $"{orleans}", ["AURORA_GPUS"] = "[]" } });
        var operate = await KeyAsync(mesh, "ops", "operate");
        mesh.Client.UseKey(operate);
        var read = await KeyAsync(mesh, "reader", "read");
        var address = new Uri($"http://127.0.0.1:{FreePort.Take()}/");
        await using var gateway = ChildProcess.Start("dotnet", [Product.Gateway], new Dictionary<string, string?>
        {
            ["ASPNETCORE_URLS"] = address.ToString(),
            ["AURORA_GATEWAYS"] = $"127.0.0.1:{orleans}",
        });
        await Eventually.SeeAsync("the gateway is ready", () => StatusAsync(address, "health/ready", key: null), status => status == HttpStatusCode.OK, () => gateway.Tail);

        foreach (var path in new[] { "dashboard/", "dashboard/DashboardCounters" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(address, path, key: null));
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(address, path, read));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(address, path, operate));
        }

        // The silos report to the dashboard about once a second.
        var counters = await Eventually.SeeAsync(
            "the dashboard counts the silo",
            async () => JsonNode.Parse(await (await GetAsync(address, "dashboard/DashboardCounters", operate)).Content.ReadAsStringAsync())!,
            counters => counters["totalActiveHostCount"]?.GetValue<int>() == 1,
            () => gateway.Tail);
        Assert.Contains("Aurora", counters.ToJsonString(), StringComparison.Ordinal);
        using var submitted = await SendAsync(address, new HttpRequestMessage(HttpMethod.Post, "tasks/submit") { Content = new StringContent("""{"task_type":"test"}""", null, "application/json") }, operate);
        var taskId = JsonNode.Parse(await submitted.Content.ReadAsStringAsync())!.Text("task_id");
        await mesh.Client.SeeTaskAsync(taskId, "completed");
        await gateway.TerminateAsync();
    }

    private static async Task<string> KeyAsync(MeshProcess mesh, string name, string scope)
    {
        var (status, body) = await mesh.Client.SendAsync(HttpMethod.Post, "access/keys", $$"""{"name":"{{name}}","scopes":["{{scope}}"]}""");
        Assert.Equal(HttpStatusCode.Created, status);
        return JsonNode.Parse(body)!.Text("secret");
    }

    private static async Task<HttpStatusCode> StatusAsync(Uri address, string path, string? key)
    {
        using var response = await GetAsync(address, path, key);
        return response.StatusCode;
    }

    private static Task<HttpResponseMessage> GetAsync(Uri address, string path, string? key) => SendAsync(address, new HttpRequestMessage(HttpMethod.Get, path), key);

    private static async Task<HttpResponseMessage> SendAsync(Uri address, HttpRequestMessage request, string? key)
    {
        using var http = new HttpClient { BaseAddress = address };
        using (request)
        {
            request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
            return await http.SendAsync(request);
        }
    }
}
