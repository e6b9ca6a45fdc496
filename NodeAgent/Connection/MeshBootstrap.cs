using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aurora.NodeAgent.Connection;

/// <summary>What <c>GET /mesh/bootstrap</c> tells an agent.</summary>
/// <param name="Gateways">Orleans gateways as host:port; empty when only WebSocket is open to this agent.</param>
/// <param name="Version">The mesh's version; null from one that does not say.</param>
internal sealed record MeshBootstrap(string ClusterId, string ServiceId, IReadOnlyList<string> Gateways, string? Version = null);

/// <summary>Asks the mesh how to join it.</summary>
internal sealed class MeshBootstrapClient(string? joinToken) : IDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <exception cref="HttpRequestException">The coordinator cannot be reached or refuses; the message says which.</exception>
    public async Task<MeshBootstrap> GetAsync(Uri coordinator, CancellationToken cancellationToken)
    {
        var address = MeshAddress.Http(coordinator, "/mesh/bootstrap");
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (joinToken is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", joinToken);
        }

        using var response = await SendAsync(request, coordinator, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(BootstrapFailure.Of(coordinator, response.StatusCode, hasToken: joinToken is not null), inner: null, response.StatusCode);
        }

        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync(body, BootstrapJsonContext.Default.MeshBootstrap, cancellationToken)
                ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new HttpRequestException(BootstrapFailure.NoMesh(coordinator), e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Uri coordinator, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw new HttpRequestException(e.HttpRequestError, BootstrapFailure.Of(coordinator, e), e);
        }
        catch (TaskCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException(BootstrapFailure.TimedOut(coordinator, http.Timeout), e);
        }
    }

    public void Dispose() => http.Dispose();
}

/// <summary>The coordinator's one address, seen as HTTP or as WebSocket.</summary>
internal static class MeshAddress
{
    public static Uri Http(Uri coordinator, string path) =>
        Build(coordinator, coordinator.Scheme is "wss" or "https" ? "https" : "http", path);

    public static Uri WebSocket(Uri coordinator, string path) =>
        Build(coordinator, coordinator.Scheme is "wss" or "https" ? "wss" : "ws", path);

    // A path in the configured address (old clients were given ws://host:8001/ws) is not part of where the mesh is.
    private static Uri Build(Uri coordinator, string scheme, string path) =>
        new UriBuilder(scheme, coordinator.Host, coordinator.Port, path).Uri;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MeshBootstrap))]
internal sealed partial class BootstrapJsonContext : JsonSerializerContext;
