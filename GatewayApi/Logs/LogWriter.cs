using System.IO.Pipelines;
using Aurora.Grains.Interfaces.Output;

namespace Aurora.GatewayApi.Logs;

/// <summary>One form of a log on its way out. Each call sends what it wrote.</summary>
internal abstract class LogWriter(PipeWriter body)
{
    public abstract string MediaType { get; }

    protected PipeWriter Body { get; } = body;

    public abstract ValueTask WriteAsync(OutputItem item, CancellationToken cancellation);

    /// <summary>Sends the headers at the beginning, and a sign of life where the form has one.</summary>
    public abstract ValueTask KeepAliveAsync(CancellationToken cancellation);

    /// <summary>Says that the log is over and how the task stands, where the form can.</summary>
    public abstract ValueTask EndAsync(string status, CancellationToken cancellation);

    protected async ValueTask SendAsync(CancellationToken cancellation)
    {
        var flushed = await Body.FlushAsync(cancellation);
        if (flushed.IsCompleted)
        {
            // Some servers notice a client that is gone here first.
            throw new OperationCanceledException("The client closed its connection.");
        }
    }
}
