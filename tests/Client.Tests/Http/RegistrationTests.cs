using Aurora.Client.Http;
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

    private static IHost Build(Action<AuroraHttpMeshOptions> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        builder.Services.AddAuroraHttpMesh(configure);
        return builder.Build();
    }
}
