using Aurora.Client.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Aurora.Client.Tests.Http;

public sealed class RegistrationTests
{
    [Fact]
    public async Task A_service_gets_the_mesh_that_its_options_name()
    {
        using var host = Build(options => options.Addresses.Add(new Uri("http://127.0.0.1:9")));

        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.IsType<AuroraHttpMesh>(host.Services.GetRequiredService<IAuroraMesh>());
    }

    [Theory]
    [InlineData("ftp://mesh", 5, "Addresses")]
    [InlineData("http://mesh", 0, "TriesMax")]
    public async Task Options_that_cannot_be_meant_stop_the_host_with_their_name(string address, int triesMax, string named)
    {
        using var host = Build(options =>
        {
            options.Addresses.Add(new Uri(address));
            options.TriesMax = triesMax;
        });

        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_come_from_the_configuration_and_are_judged_like_any()
    {
        var good = Section(("Addresses:0", "http://a:1"), ("Addresses:1", "http://b:2"), ("ApiKey", "k"), ("Timeout", "00:00:07"));
        var bad = Section(("Addresses:0", "http://a:1"), ("SilenceMax", "00:00:00"));

        using var host = BuildWith(services => services.AddAuroraHttpMesh(good));
        await host.StartAsync(TestContext.Current.CancellationToken);
        var options = host.Services.GetRequiredService<IOptions<AuroraHttpMeshOptions>>().Value;
        Assert.Equal(("http://a:1/ http://b:2/", "k", TimeSpan.FromSeconds(7)), (string.Join(' ', options.Addresses), options.ApiKey, options.Timeout));

        using var refused = BuildWith(services => services.AddAuroraHttpMesh(bad));
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => refused.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("SilenceMax", refusal.Message, StringComparison.Ordinal);
    }

    private static IConfigurationRoot Section(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, (string?)value.Value))).Build();

    private static IHost BuildWith(Action<IServiceCollection> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        add(builder.Services);
        return builder.Build();
    }

    private static IHost Build(Action<AuroraHttpMeshOptions> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddAuroraHttpMesh(configure);
        return builder.Build();
    }
}
