using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.Workloads.Tests;

/// <summary>Order among tasks, limits in time, cancelling and webhooks, with real processes on a real node.</summary>
public sealed class ControlsTests : IDisposable
{
    private const string Secret = "a secret of the tests";

    private readonly TemporaryDirectory files = new();

    public void Dispose() => files.Dispose();

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task Steps_of_a_pipeline_run_in_order_and_its_end_is_told(StoreKind store)
    {
        await using var mesh = await StartAsync(store);
        await using var agent = StartAgent(mesh);
        using var receiver = new WebhookReceiver();
        var prepare = await mesh.Client.SubmitForIdAsync(Script("sleep 0.3; echo prepared >>$F/log"));
        var train = await mesh.Client.SubmitForIdAsync(Script("echo trained >>$F/log; exit 3", $$""" "after":["{{prepare}}"],"retry":{"exit_codes":[75]}"""));
        var publish = await mesh.Client.SubmitForIdAsync(Script("echo published >>$F/log", $$""" "after":["{{train}}"]"""));
        var tidy = await mesh.Client.SubmitForIdAsync(
            Script("echo tidied >>$F/log", $$""" "after":[{"task":"{{publish}}","on":"end"}],"labels":{"step":"last"},"webhook":"{{receiver.Url}}" """));

        var call = await Eventually.GetAsync("the webhook is called", receiver.NextAsync(), () => mesh.Tail);

        Assert.Equal("prepared\ntrained\ntidied\n", await File.ReadAllTextAsync(Path.Combine(files.Path, "log")));
        Assert.Equal(("failed", 1), await EndOfAsync(mesh, train));
        Assert.Equal(("failed", 0), await EndOfAsync(mesh, publish));
        Assert.Contains($"\"task_id\":\"{tidy}\"", call.Body, StringComparison.Ordinal);
        Assert.Contains("\"labels\":{\"step\":\"last\"}", call.Body, StringComparison.Ordinal);
        Assert.Equal(
            "v1," + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{call.Id}.{call.Timestamp}.{call.Body}"))),
            call.Signature);
        await Eventually.SeeAsync(
            "the task says that its webhook was called",
            () => mesh.Client.GetAsync($"tasks/{tidy}"), task => task.Object("webhook").Text("state") == "delivered", () => mesh.Tail);
    }

    [Fact]
    public async Task What_takes_too_long_is_ended_and_says_so()
    {
        await using var mesh = await StartAsync(StoreKind.Sqlite);
        await using var agent = StartAgent(mesh);
        var run = await mesh.Client.SubmitForIdAsync(Script("echo $$ >$F/run; sleep 1000", """ "timeouts":{"run_s":3},"max_attempts":1"""));
        var silent = await mesh.Client.SubmitForIdAsync(
            Script("echo $$ >$F/silent; for i in 1 2 3 4 5; do echo $i; sleep 0.8; done; echo said >$F/said; sleep 1000", """ "timeouts":{"progress_s":3},"retry":{"on":["error"]}"""));
        var queued = await mesh.Client.SubmitForIdAsync("""{"task_type":"training","requirements":{"gpu_type":"H900","gpu_count":1},"timeouts":{"queue_s":0.5} }""");

        // The node ends it, and should the node's agent be gone, the script's own supervisor does.
        Assert.EndsWith(" of 3 s", (await mesh.Client.SeeTaskAsync(run, "failed")).Text("error"), StringComparison.Ordinal);
        Assert.Equal("it put nothing out for longer than its progress timeout of 3 s", (await mesh.Client.SeeTaskAsync(silent, "failed")).Text("error"));
        Assert.StartsWith("it found no place within its queue timeout of 0.5 s", (await mesh.Client.SeeTaskAsync(queued, "failed")).Text("error"), StringComparison.Ordinal);
        await SeeGoneAsync("run");
        await SeeGoneAsync("silent");
        Assert.True(File.Exists(Path.Combine(files.Path, "said")), "it was ended while it still put something out");
    }

    [Fact]
    public async Task Cancelling_reaches_the_process()
    {
        await using var mesh = await StartAsync(StoreKind.Sqlite);
        await using var agent = StartAgent(mesh);
        var taskId = await mesh.Client.SubmitForIdAsync(Script("echo $$ >$F/pid.tmp; mv $F/pid.tmp $F/pid; sleep 1000"));
        await Eventually.SeeAsync("the script runs", () => Task.FromResult(File.Exists(Path.Combine(files.Path, "pid"))), exists => exists, () => agent.Tail);

        Assert.Equal(200, (int)(await mesh.Client.SendAsync(HttpMethod.Delete, $"tasks/{taskId}")).Status);

        await SeeGoneAsync("pid");
        Assert.Equal("cancelled", (await mesh.Client.GetAsync($"tasks/{taskId}")).Text("status"));
    }

    [Fact]
    public async Task A_webhook_to_a_private_address_is_refused_unless_it_is_allowed()
    {
        await using var mesh = await MeshProcess.StartAsync(new MeshSettings { Environment = new Dictionary<string, string?> { ["AURORA_WEBHOOK_SECRET"] = Secret } });

        var (status, body) = await mesh.Client.SendAsync(HttpMethod.Post, "tasks/submit", """{"task_type":"test","webhook":"http://169.254.169.254/latest/meta-data"}""");

        Assert.Equal(422, (int)status);
        Assert.Contains("must not name a loopback or private address", body, StringComparison.Ordinal);
        Assert.Equal(0, (await mesh.Client.GetAsync("mesh/status")).Number("queued_tasks"));
    }

    private static async Task<MeshProcess> StartAsync(StoreKind store)
    {
        var settings = await store.SettingsAsync();
        return await MeshProcess.StartAsync(settings with
        {
            Environment = new Dictionary<string, string?> { ["AURORA_WEBHOOK_SECRET"] = Secret, ["AURORA_WEBHOOKS_PRIVATE"] = "true" },
        });
    }

    private static AgentProcess StartAgent(MeshProcess mesh) => AgentProcess.Start(mesh.Url, "node", [Gpus.Rtx4090], ("AURORA_ALLOW_SCRIPTS", "any"));

    private static async Task<(string Status, int Attempt)> EndOfAsync(MeshProcess mesh, string taskId)
    {
        var task = await mesh.Client.GetAsync($"tasks/{taskId}");
        return (task.Text("status"), task.Number("attempt"));
    }

    private string Script(string source, string more = """ "labels":{}""") =>
        $$"""{"task_type":"custom","interpreter":"bash","script_source":"F='{{files.Path}}'; {{source}}","requirements":{"gpu_count":0},{{more}} }""";

    private async Task SeeGoneAsync(string file)
    {
        var pid = int.Parse(await File.ReadAllTextAsync(Path.Combine(files.Path, file)), CultureInfo.InvariantCulture);
        await Eventually.SeeAsync("the process is gone", () => Task.FromResult(Array.Exists(Process.GetProcesses(), process => process.Id == pid)), runs => !runs);
    }

    /// <summary>A server of one call at a time.</summary>
    private sealed class WebhookReceiver : IDisposable
    {
        private readonly HttpListener listener = new();

        public WebhookReceiver()
        {
            Url = $"http://127.0.0.1:{FreePort.Take()}/hook/";
            listener.Prefixes.Add(Url);
            listener.Start();
        }

        public string Url { get; }

        public async Task<Call> NextAsync()
        {
            var context = await listener.GetContextAsync();
            using var reader = new StreamReader(context.Request.InputStream);
            var body = await reader.ReadToEndAsync();
            context.Response.Close();
            return new Call(context.Request.Headers["webhook-id"]!, context.Request.Headers["webhook-timestamp"]!, context.Request.Headers["webhook-signature"]!, body);
        }

        public void Dispose() => listener.Close();
    }

    private sealed record Call(string Id, string Timestamp, string Signature, string Body);
}
