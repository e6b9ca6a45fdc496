namespace Aurora.Chaos.Runner.Agents;

/// <summary>Where a frozen node waits.</summary>
internal sealed class Pause
{
    private volatile TaskCompletionSource? frozen;

    public bool IsOn => frozen is not null;

    public void Begin() => frozen ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void End()
    {
        var waiting = frozen;
        frozen = null;
        waiting?.TrySetResult();
    }

    public async ValueTask PassAsync(CancellationToken cancellation)
    {
        while (frozen is { } waiting)
        {
            await waiting.Task.WaitAsync(cancellation);
        }
    }
}
