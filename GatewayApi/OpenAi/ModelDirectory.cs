using Aurora.GatewayApi.Hosting;
using Aurora.Grains.Interfaces.Models;
using Aurora.Grains.Interfaces.Schedulers;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.OpenAi;

/// <summary>Which models the mesh has, and where; as old as <see cref="AuroraGatewayOptions.TaskTypesAgeMax"/> at most.</summary>
internal sealed class ModelDirectory(IGrainFactory grains, TimeProvider time, IOptions<AuroraGatewayOptions> options)
{
    private volatile Remembered? remembered;

    public ValueTask<MeshModels> GetAsync() =>
        remembered is { } known && time.GetElapsedTime(known.At) <= options.Value.TaskTypesAgeMax ? new(known.Models) : new(LoadAsync());

    private async Task<MeshModels> LoadAsync()
    {
        var at = time.GetTimestamp();
        var models = MeshModels.Of(await grains.GetGrain<IMeshGrain>(0).GetMeshAsync());
        remembered = new Remembered(at, models);
        return models;
    }

    private sealed record Remembered(long At, MeshModels Models);
}
