using Aurora.Client.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the mesh over HTTP.</summary>
public static class HttpMeshServiceCollectionExtensions
{
    /// <summary>Adds <see cref="IAuroraMesh"/> over HTTP. Options that cannot be meant stop the host at its start.</summary>
    public static IServiceCollection AddAuroraHttpMesh(this IServiceCollection services, Action<AuroraHttpMeshOptions> configure)
    {
        services.AddOptions<AuroraHttpMeshOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AuroraHttpMeshOptions>, OptionsCheck>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IAuroraMesh>(provider => new AuroraHttpMesh(
            provider.GetRequiredService<IOptions<AuroraHttpMeshOptions>>().Value, time: provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    /// <summary>
    /// The same with the options of a section of the configuration, e.g. <c>{"Addresses":["http://10.0.0.1:8001"],"ApiKey":"…"}</c>. A value that cannot be read stops
    /// the host at its start too.
    /// </summary>
    public static IServiceCollection AddAuroraHttpMesh(this IServiceCollection services, IConfiguration section) =>
        services.AddAuroraHttpMesh(options => section.Bind(options));

    private sealed class OptionsCheck : IValidateOptions<AuroraHttpMeshOptions>
    {
        public ValidateOptionsResult Validate(string? name, AuroraHttpMeshOptions options) =>
            options.Refuse() is { } refusal ? ValidateOptionsResult.Fail(refusal) : ValidateOptionsResult.Success;
    }
}
