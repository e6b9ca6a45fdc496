using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.EndToEnd.Tests;

/// <summary>Many tasks in one request.</summary>
public sealed class BatchTests
{
    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.Postgres)]
    public async Task Ten_thousand_tasks_of_one_request_complete_once_each(StoreKind store)
    {
        await using var mesh = await MeshProcess.StartAsync(await store.SettingsAsync());
        await using var agent = AgentProcess.Simulate(mesh.Url, "sim", Gpus.Rtx4090, Gpus.A40, Gpus.M3Max);
        await mesh.Client.SeeStatusAsync("three nodes are active", status => status.Number("total_nodes") == 3);

        var ids = await Workload.SubmitBatchAsync(mesh.Client, 10_000);

        await Workload.AllCompleteOnceAsync(mesh.Client, ids);
    }
}
