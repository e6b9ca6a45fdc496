using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Tests.Fakes;

/// <summary>A test of the running gateway; the fake mesh is empty when it starts.</summary>
[Collection("gateway")]
public abstract class GatewayTest
{
    protected GatewayTest(GatewayFixture gateway)
    {
        Gateway = gateway;
        Mesh.Reset();
    }

    protected GatewayFixture Gateway { get; }

    protected FakeMesh Mesh => Gateway.Mesh;

    protected HttpClient Client => Gateway.Client;

    protected static TaskView TaskOf(string id, string status, string? result = null, string? error = null, string? payload = null) => new(
        id, "training", """{"memory_gb":24}""", 5, status, status is "queued" ? null : "node-1",
        DateTimeOffset.UnixEpoch.AddMilliseconds(1_700_000_000_250),
        status is "queued" ? null : DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_001),
        status is "completed" or "failed" or "cancelled" ? DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_002.5) : null,
        result, error, 1, [0], payload);
}
