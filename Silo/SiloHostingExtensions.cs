using Aurora.GatewayApi.Hosting;

namespace Aurora.Silo;

/// <summary>The defaults of a silo process: where it listens and what it logs.</summary>
internal static class SiloHostingExtensions
{
    public static WebApplicationBuilder AddAuroraDefaults(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
        {
            builder.WebHost.UseUrls(GatewayHosting.DefaultUrl);
        }

        var startupLog = new StartupLog();
        builder.Services.AddSingleton(startupLog);
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", startupLog.Lets);
        builder.Logging.AddFilter("Orleans", level => level >= LogLevel.Warning && startupLog.Lets(level));
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

        // Orleans places every activation through a resilience pipeline that logs each pass.
        builder.Logging.AddFilter("Polly", LogLevel.Warning);

        // Orleans' watchdog compares its first check with the machine's boot time and warns at every start.
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        return builder;
    }
}
