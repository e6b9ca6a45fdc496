using Microsoft.Extensions.Logging;

namespace Aurora.NodeAgent.Executors.Backends;

internal sealed partial class BackendCatalog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Inference server {Kind} at {Address} offers {Models} models")]
    private partial void LogFound(string kind, BackendAddress address, int models);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Inference server {Kind} at {Address} is gone")]
    private partial void LogLost(string kind, BackendAddress address);
}
