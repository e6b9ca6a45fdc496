using System.Diagnostics;
using System.Runtime.Versioning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.WindowsServices;
using Microsoft.Extensions.Logging.EventLog;

namespace Aurora.NodeAgent.Hosting;

/// <summary>A program of the mesh as a service of Windows. Where Windows' service control did not start the process, nothing of this does anything.</summary>
public static class WindowsService
{
    /// <summary>The process answers service control, stops when that asks it to, and logs warnings and errors to the event log.</summary>
    /// <param name="services">Of the process.</param>
    /// <param name="name">Of the service and of its source in the event log, as <c>deploy/windows</c> installs it.</param>
    public static IServiceCollection AddAuroraWindowsService(this IServiceCollection services, string name)
    {
        services.AddWindowsService(service => service.ServiceName = name);
        if (OperatingSystem.IsWindows() && WindowsServiceHelpers.IsWindowsService())
        {
            AddService(services, name);
        }

        return services;
    }

    /// <summary>Says why the program does not start, on standard error, and in the event log where a service has no console.</summary>
    public static async Task ExplainAsync(string name, string line)
    {
        await Console.Error.WriteLineAsync(line);
        if (OperatingSystem.IsWindows() && WindowsServiceHelpers.IsWindowsService())
        {
            Log(name, line);
        }
    }

    [SupportedOSPlatform("windows")]
    private static void AddService(IServiceCollection services, string name)
    {
        services.AddOptions<EventLogSettings>().Configure(log => Name(log, name));
        services.AddSingleton<IHostLifetime, RestartedServiceLifetime>();
    }

    [SupportedOSPlatform("windows")]
    private static void Name(EventLogSettings log, string name) => log.SourceName = name;

    [SupportedOSPlatform("windows")]
    private static void Log(string name, string line) => EventLog.WriteEntry(name, line, EventLogEntryType.Error);
}
