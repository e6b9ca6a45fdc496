using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Deploy.Tests.Monitoring;

/// <summary>A real Prometheus with our configuration and rules, scraping one silo every second.</summary>
internal sealed class PrometheusProcess : IAsyncDisposable
{
    private readonly TemporaryDirectory folder = new();
    private readonly HttpClient http;
    private ChildProcess? process;

    private PrometheusProcess(int port) => http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

    public static async Task<PrometheusProcess> StartAsync(Uri silo)
    {
        var program = await PrometheusPrograms.PrometheusAsync();
        var port = FreePort.Take();
        var prometheus = new PrometheusProcess(port);
        var configuration = DeployFiles.Read("prometheus", "prometheus.yml");
        Assert.Contains("gpu-coordinator:8001", configuration, StringComparison.Ordinal);
        await File.WriteAllTextAsync(
            Path.Combine(prometheus.folder.Path, "prometheus.yml"),
            configuration.Replace("gpu-coordinator:8001", silo.Authority, StringComparison.Ordinal).Replace(": 15s", ": 1s", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(prometheus.folder.Path, "aurora.rules.yml"), DeployFiles.Read("prometheus", "aurora.rules.yml"));
        prometheus.process = ChildProcess.Start(
            program,
            [$"--config.file={prometheus.folder.Path}/prometheus.yml", $"--storage.tsdb.path={prometheus.folder.Path}/data", $"--web.listen-address=127.0.0.1:{port}"],
            new Dictionary<string, string?>());
        return prometheus;
    }

    /// <summary>Asks until the query has an answer that is a number, and does something before each time.</summary>
    public Task SeeDataAsync(string what, string query, Func<Task> goOn) => Eventually.SeeAsync(
        $"Prometheus answers \"{what}\" ({query}) with a number",
        async () =>
        {
            await goOn();
            return await QueryAsync(query);
        },
        result => result.Any(series => double.TryParse((string?)series!["value"]![1], System.Globalization.CultureInfo.InvariantCulture, out var value) && !double.IsNaN(value)),
        () => process!.Tail);

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await process.DisposeAsync();
        }

        http.Dispose();
        folder.Dispose();
    }

    private async Task<JsonArray> QueryAsync(string query)
    {
        using var response = await http.GetAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}");
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode is 200 or 503, $"{query}: {text}");
        response.EnsureSuccessStatusCode();
        return JsonNode.Parse(text)!["data"]!["result"]!.AsArray();
    }
}
