using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Hosting;
using Aurora.Grains.Interfaces.Access;

namespace Aurora.Silo;

/// <summary>
/// Runs after the silo is up and before the gateway listens: creates a key when asked to, and refuses to open the mesh to
/// a network without keys.
/// </summary>
internal sealed partial class AccessStartup(
    IGrainFactory grains, IConfiguration configuration, StartupLog startupLog, ILogger<AccessStartup> logger)
    : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var access = grains.GetGrain<IAccessGrain>("keys");
        await CreateAsync(access, "create-key", [AccessScopes.Operate]);
        await CreateAsync(access, "create-join-token", [AccessScopes.Join]);

        string[] urls = [configuration["urls"] ?? GatewayHosting.DefaultUrl];
        var hasKeys = (await access.GetAsync()).Keys.Length > 0;
        if (ListenGuard.Refuse(urls, hasKeys, configuration[ListenGuard.AllowAnonymousVariable]) is { } remedy)
        {
            startupLog.Silence();
            throw new SettingsException(remedy);
        }

        if (ListenGuard.Refuse(urls, hasKeys, allowAnonymous: null) is not null)
        {
            LogAnonymous(urls[0]);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task CreateAsync(IAccessGrain access, string option, string[] scopes)
    {
        if (configuration[option] is { Length: > 0 } name)
        {
            var created = await access.CreateAsync(name, scopes, defaultPriority: null);
            Console.WriteLine($"Created {string.Join(", ", scopes)} key \"{name}\" ({created.KeyId}). It is shown this once: {created.Secret}");
        }
    }

    [LoggerMessage(LogLevel.Critical, "ANYBODY who reaches {Urls} can run tasks on this mesh: AURORA_ALLOW_ANONYMOUS is true and there is no API key")]
    private partial void LogAnonymous(string urls);
}
