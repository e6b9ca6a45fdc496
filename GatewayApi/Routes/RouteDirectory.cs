using Aurora.GatewayApi.Hosting;
using Aurora.Grains.Interfaces.Routes;
using Microsoft.Extensions.Options;

namespace Aurora.GatewayApi.Routes;

/// <summary>The routes there are; as old as <see cref="AuroraGatewayOptions.TaskTypesAgeMax"/> at most.</summary>
internal sealed class RouteDirectory(IGrainFactory grains, TimeProvider time, IOptions<AuroraGatewayOptions> options)
{
    private volatile Remembered? remembered;

    /// <summary>The route of a name, or null.</summary>
    public async ValueTask<ModelRoute?> FindAsync(string name) => Array.Find(await GetAsync(), route => route.Name == name);

    public ValueTask<ModelRoute[]> GetAsync() =>
        remembered is { } known && time.GetElapsedTime(known.At) <= options.Value.TaskTypesAgeMax ? new(known.Routes) : new(LoadAsync());

    /// <summary>They were changed through this gateway.</summary>
    public void Forget() => remembered = null;

    private async Task<ModelRoute[]> LoadAsync()
    {
        var at = time.GetTimestamp();
        var routes = await grains.GetGrain<IRouteGrain>(0).ListAsync();
        remembered = new Remembered(at, routes);
        return routes;
    }

    private sealed record Remembered(long At, ModelRoute[] Routes);
}
