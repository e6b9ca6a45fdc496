using System.Runtime.Versioning;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.WindowsServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aurora.NodeAgent.Hosting;

/// <summary>
/// Tells service control of a stop that it did not ask for as of a failure. A host that stops because a part of it failed stops in order, which
/// Windows takes for the end that was wanted and starts nothing again (dotnet/runtime#77381).
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class RestartedServiceLifetime : WindowsServiceLifetime
{
    // ERROR_PROCESS_ABORTED of winerror.h.
    private const int ProcessAborted = 1067;

    private volatile bool isAsked;

    public RestartedServiceLifetime(
        IHostEnvironment environment,
        IHostApplicationLifetime application,
        ILoggerFactory loggers,
        IOptions<HostOptions> host,
        IOptions<WindowsServiceLifetimeOptions> service)
        : base(environment, application, loggers, host, service) =>
        application.ApplicationStopping.Register(() => ExitCode = isAsked ? 0 : ProcessAborted);

    protected override void OnStop()
    {
        isAsked = true;
        base.OnStop();
    }

    protected override void OnShutdown()
    {
        isAsked = true;
        base.OnShutdown();
    }
}
