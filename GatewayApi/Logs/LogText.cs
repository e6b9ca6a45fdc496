using System.IO.Pipelines;
using System.Text;
using Aurora.Grains.Interfaces.Output;

namespace Aurora.GatewayApi.Logs;

/// <summary>A log as the script wrote it.</summary>
internal sealed class LogText(PipeWriter body) : LogWriter(body)
{
    public override string MediaType => "text/plain; charset=utf-8";

    public override ValueTask WriteAsync(OutputItem item, CancellationToken cancellation)
    {
        Encoding.UTF8.GetBytes(item.Text, Body);
        return SendAsync(cancellation);
    }

    public override ValueTask KeepAliveAsync(CancellationToken cancellation) => SendAsync(cancellation);

    public override ValueTask EndAsync(string status, CancellationToken cancellation) => ValueTask.CompletedTask;
}
