using System.Net;
using System.Text;

namespace Aurora.Client.Tests.Http;

/// <summary>Gateways that answer from a script, in the order of the calls; a null is a connection that is refused.</summary>
internal sealed class ScriptedGateways(params (HttpStatusCode Status, string Body, int? RetryAfterSeconds)?[] answers) : HttpMessageHandler
{
    private readonly Queue<(HttpStatusCode Status, string Body, int? RetryAfterSeconds)?> left = new(answers);

    /// <summary>Each call: the address, and the idempotency key that it carried.</summary>
    public List<(Uri Address, string? Key, string? Authorization)> Calls { get; } = [];

    public static (HttpStatusCode, string, int?)? Accepted { get; } = (HttpStatusCode.OK, """{"task_id":"task_1","status":"assigned","node":"a"}""", null);

    public static (HttpStatusCode, string, int?)? Busy(int? retryAfterSeconds = null) =>
        (HttpStatusCode.ServiceUnavailable, """{"title":"The mesh cannot answer for now.","detail":"The store is out of reach.","code":"mesh_unavailable"}""", retryAfterSeconds);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Calls.Add((request.RequestUri!, request.Headers.TryGetValues("Idempotency-Key", out var keys) ? keys.Single() : null, request.Headers.Authorization?.ToString()));
        if (left.Dequeue() is not { } answer)
        {
            throw new HttpRequestException("Connection refused");
        }

        var response = new HttpResponseMessage(answer.Status) { RequestMessage = request, Content = new StringContent(answer.Body, Encoding.UTF8, "application/json") };
        if (answer.RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = new(TimeSpan.FromSeconds(seconds));
        }

        return Task.FromResult(response);
    }
}
