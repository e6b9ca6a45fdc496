using System.Globalization;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Aurora.GatewayApi.Tests.Fakes;
using Aurora.GatewayApi.Webhooks;
using Aurora.Grains.Interfaces.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Aurora.GatewayApi.Tests.Http;

/// <summary>Calls of webhooks, seen from the server that is called.</summary>
public sealed class WebhookTests(GatewayFixture gateway) : GatewayTest(gateway)
{
    [Fact]
    public async Task An_ended_task_is_told_once_and_signed()
    {
        await using var server = await Receiver.StartAsync(_ => StatusCodes.Status204NoContent);
        Mesh.DueWebhooks.Enqueue(Due("task_w", server.Url, calls: 1));

        var call = await server.NextAsync();
        var settled = await SettledAsync();

        Assert.Equal(("task_w", null, null), settled);
        var id = call.Headers[WebhookSignature.IdHeader];
        var at = DateTimeOffset.FromUnixTimeSeconds(long.Parse(call.Headers[WebhookSignature.TimestampHeader], CultureInfo.InvariantCulture));
        Assert.Equal(
            WebhookSignature.Sign(GatewayFixture.WebhookSecret, id, at, Encoding.UTF8.GetBytes(call.Body)), call.Headers[WebhookSignature.SignatureHeader]);
        Assert.StartsWith("""{"type":"task.completed","timestamp":"2023-11-14T22:13:22.5Z","data":{"task_id":"task_w",""", call.Body, StringComparison.Ordinal);
        Assert.Contains("\"result\":{\"ok\":true}", call.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 500, true)]
    [InlineData(1, 302, true)]
    [InlineData(9, 500, true)]
    [InlineData(10, 500, false)]
    [InlineData(1, 410, false)]
    public async Task A_call_that_fails_is_made_again_but_not_for_ever(int calls, int status, bool again)
    {
        await using var server = await Receiver.StartAsync(_ => status);
        Mesh.DueWebhooks.Enqueue(Due("task_w", server.Url, calls));

        var settled = await SettledAsync();

        Assert.Equal(($"it answered {status}", again), (settled.Error, settled.Again is not null));
        Assert.True(settled.Again is null || (settled.Again > TimeSpan.FromSeconds(2) && settled.Again < TimeSpan.FromHours(2)), $"again in {settled.Again}");
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_called_again()
    {
        var server = await Receiver.StartAsync(_ => 200);
        await server.DisposeAsync();
        Mesh.DueWebhooks.Enqueue(Due("task_w", server.Url, calls: 1));

        var settled = await SettledAsync();

        Assert.StartsWith("it could not be called: ", settled.Error, StringComparison.Ordinal);
        Assert.NotNull(settled.Again);
    }

    [Fact]
    public async Task A_name_that_stands_for_a_private_address_is_not_called_unless_allowed()
    {
        await using var server = await Receiver.StartAsync(_ => 200);
        using var refusing = new HttpClient(WebhookConnection.CreateHandler(mayBePrivate: false));
        using var allowing = new HttpClient(WebhookConnection.CreateHandler(mayBePrivate: true));
        var byName = new UriBuilder(server.Url) { Host = "localhost" }.Uri;

        var refused = await Assert.ThrowsAnyAsync<HttpRequestException>(() => refusing.GetAsync(byName));
        using var allowed = await allowing.GetAsync(byName);

        Assert.Contains("private address", refused.Message + refused.InnerException?.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        await server.NextAsync();
        Assert.False(server.HasMore);
    }

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://localhost:8001/")]
    [InlineData("http://LOCALHOST./")]
    [InlineData("http://a.localhost/")]
    [InlineData("http://10.1.2.3/")]
    [InlineData("http://172.31.0.1/")]
    [InlineData("http://192.168.1.1/")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://100.64.0.1/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[fd00::1]/")]
    [InlineData("http://[2002:7f00:1::]/")]
    public void Addresses_that_are_not_of_the_internet_are_refused(string url) => Assert.NotNull(WebhookUrl.RefusePrivate(url));

    [Theory]
    [InlineData("https://example.com/hook")]
    [InlineData("https://8.8.8.8/")]
    [InlineData("https://172.32.0.1/")]
    [InlineData("https://[2606:4700::1111]/")]
    public void Addresses_of_the_internet_are_not(string url) => Assert.Null(WebhookUrl.RefusePrivate(url));

    [Fact]
    public void The_signature_is_the_one_of_the_specification()
    {
        // The example of standardwebhooks.com, which its libraries are tested with.
        var key = WebhookSignature.KeyOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")!;
        var signature = WebhookSignature.Sign(
            key, "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), """{"test": 2432232314}"""u8);

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signature);
    }

    [Theory]
    [InlineData("short", false)]
    [InlineData("whsec_", false)]
    [InlineData("whsec_not base64", false)]
    [InlineData("sixteen letters!", true)]
    public void A_secret_that_is_too_short_is_none(string secret, bool isOne) => Assert.Equal(isOne, WebhookSignature.KeyOf(secret) is not null);

    private static TaskView Due(string id, Uri url, int calls) => TaskOf(id, "completed", result: """{"ok":true}""") with
    {
        Controls = new TaskControls { Webhook = url.ToString() },
        Webhook = new WebhookView("pending", calls, null),
    };

    private async Task<(string TaskId, TimeSpan? Again, string? Error)> SettledAsync() =>
        await Mesh.SettledWebhooks.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>A server that remembers how it was called.</summary>
    private sealed class Receiver(WebApplication app, Channel<Call> calls) : IAsyncDisposable
    {
        public Uri Url { get; } = new(app.Urls.First() + "/hook");

        public bool HasMore => calls.Reader.TryPeek(out _);

        public static async Task<Receiver> StartAsync(Func<Call, int> answer)
        {
            var calls = Channel.CreateUnbounded<Call>();
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.Map("/hook", async context =>
            {
                using var reader = new StreamReader(context.Request.Body);
                var call = new Call(context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), await reader.ReadToEndAsync());
                context.Response.StatusCode = answer(call);
                context.Response.Headers.Location = "/hook";
                calls.Writer.TryWrite(call);
            });
            await app.StartAsync();
            return new Receiver(app, calls);
        }

        public async Task<Call> NextAsync() => await calls.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }

    private sealed record Call(IReadOnlyDictionary<string, string> Headers, string Body);
}
