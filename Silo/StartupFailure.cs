using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Aurora.Silo;

/// <summary>Failures to start that a person can mend, as one line each.</summary>
internal static class StartupFailure
{
    /// <summary>EX_CONFIG of sysexits.h: something in the configuration has to change first.</summary>
    public const int ExitCode = 78;

    /// <summary>The silo among the services of Windows.</summary>
    public const string ServiceName = "AuroraCoordinator";

    /// <summary>The line, or null when the failure is a defect whose stack trace matters.</summary>
    public static string? Explain(Exception exception)
    {
        for (var e = exception; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case SettingsException or NodeAgent.Agent.AgentSettingException or Storage.StoreUnavailableException:
                    return e.Message;
                case AddressInUseException:
                    return $"{exception.Message} Stop what listens there, or set ASPNETCORE_URLS to another address.";
                case SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }:
                    return "An Orleans port is in use. Stop what listens there, or set AURORA_SILO_PORT and AURORA_GATEWAY_PORT.";
                default:
                    continue;
            }
        }

        return null;
    }
}
