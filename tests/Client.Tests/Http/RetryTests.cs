using System.Net;
using Aurora.Client.Http;
using Microsoft.Extensions.Time.Testing;

namespace Aurora.Client.Tests.Http;

public sealed class RetryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_submit_goes_on_to_the_next_address_under_the_same_key()
    {
        using var gateways = new ScriptedGateways(null, ScriptedGateways.Busy(), ScriptedGateways.Accepted);
        using var mesh = Mesh(gateways);

        var handle = await mesh.SubmitAsync(new TestRequest(), cancellationToken: Cancellation);

        Assert.Equal("task_1", handle.TaskId);
        Assert.Equal(["a", "b", "a"], gateways.Calls.Select(call => call.Address.Host));
        Assert.Single(gateways.Calls.Select(call => call.Key).Distinct());
        Assert.NotNull(gateways.Calls[0].Key);
    }

    [Fact]
    public async Task Each_submit_has_a_key_of_its_own_and_the_caller_may_choose_it()
    {
        using var gateways = new ScriptedGateways(ScriptedGateways.Accepted, ScriptedGateways.Accepted, ScriptedGateways.Accepted);
        using var mesh = Mesh(gateways);

        await mesh.SubmitAsync(new TestRequest(), cancellationToken: Cancellation);
        await mesh.SubmitAsync(new TestRequest(), cancellationToken: Cancellation);
        await mesh.SubmitAsync(new TestRequest(), new SubmitOptions { IdempotencyKey = "mine" }, Cancellation);

        Assert.Equal(3, gateways.Calls.Select(call => call.Key).Distinct().Count());
        Assert.Equal("mine", gateways.Calls[2].Key);
        Assert.All(gateways.Calls, call => Assert.Equal("Bearer secret", call.Authorization));
    }

    [Fact]
    public async Task The_mesh_says_how_long_to_wait_and_the_client_waits_that_long_and_at_most_half_as_long_again()
    {
        var time = new FakeTimeProvider();
        using var gateways = new ScriptedGateways(null, ScriptedGateways.Busy(retryAfterSeconds: 4), ScriptedGateways.Accepted);
        using var mesh = Mesh(gateways, time);

        var submitting = mesh.SubmitAsync(new TestRequest(), cancellationToken: Cancellation);
        Assert.Equal(2, gateways.Calls.Count);
        time.Advance(TimeSpan.FromSeconds(3.9));
        Assert.False(submitting.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(2.1));

        Assert.Equal("task_1", (await submitting).TaskId);
    }

    [Fact]
    public async Task When_nobody_serves_the_call_the_last_reason_is_told()
    {
        using var gateways = new ScriptedGateways(null, null, null, null, ScriptedGateways.Busy(), null);
        using var mesh = Mesh(gateways);

        var failure = await Assert.ThrowsAsync<MeshUnreachableException>(() => mesh.GetStatusAsync(Cancellation));

        Assert.Contains("http://a:8001/ does not serve this call: The store is out of reach.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["a", "b", "a", "b", "a", "b"], gateways.Calls.Select(call => call.Address.Host));
    }

    [Fact]
    public async Task A_full_line_is_not_asked_for_at_the_next_address_before_the_pause()
    {
        var full = (HttpStatusCode.TooManyRequests, """{"detail":"The queue is full."}""", (int?)1);
        var time = new FakeTimeProvider();
        using var gateways = new ScriptedGateways(full, ScriptedGateways.Accepted);
        using var mesh = Mesh(gateways, time);

        var submitting = mesh.SubmitAsync(new TestRequest(), cancellationToken: Cancellation);
        Assert.Single(gateways.Calls);
        time.Advance(TimeSpan.FromSeconds(1.5));

        Assert.Equal("task_1", (await submitting).TaskId);
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, typeof(AccessDeniedException))]
    [InlineData(HttpStatusCode.Forbidden, typeof(AccessDeniedException))]
    [InlineData(HttpStatusCode.InternalServerError, typeof(AuroraMeshException))]
    [InlineData(HttpStatusCode.NotFound, typeof(AuroraMeshException))]
    public async Task A_refusal_is_not_repeated(HttpStatusCode status, Type expected)
    {
        using var gateways = new ScriptedGateways((status, """{"detail":"No."}""", null));
        using var mesh = Mesh(gateways);

        Assert.Equal("No.", (await Assert.ThrowsAsync(expected, () => mesh.FindAsync("task_1", Cancellation))).Message);
    }

    [Fact]
    public async Task Something_else_at_the_address_is_recognised()
    {
        using var gateways = new ScriptedGateways((HttpStatusCode.OK, "<html>", null));
        using var mesh = Mesh(gateways);

        var failure = await Assert.ThrowsAsync<AuroraMeshException>(() => mesh.GetStatusAsync(Cancellation));
        Assert.Contains("not of an Aurora mesh", failure.Message, StringComparison.Ordinal);
    }

    private static AuroraHttpMesh Mesh(ScriptedGateways gateways, TimeProvider? time = null) => new(
        new AuroraHttpMeshOptions { Addresses = { new Uri("http://a:8001"), new Uri("http://b:8001") }, ApiKey = "secret", TriesMax = 3, RetryDelay = TimeSpan.FromMilliseconds(1) },
        gateways,
        time);
}
