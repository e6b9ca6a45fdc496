namespace Aurora.GpuProbes;

/// <summary>
/// Asks one probe for measurements and shields the caller from it: at most one measurement runs, it keeps nobody longer
/// than the timeout, and one that hangs is not waited for again.
/// </summary>
internal sealed class ProbeMeter(IGpuProbe probe, TimeSpan timeout, TimeProvider clock)
{
    private const int IntervalsUntilStale = 3;

    private readonly Lock _gate = new();
    private Task<IReadOnlyList<GpuReading>>? _running;
    private long _startedAt;
    private IReadOnlyList<GpuReading>? _last;
    private long _lastAt;

    /// <summary>Why the last measurement failed, for the log; null when it did not.</summary>
    public string? Failure { get; private set; }

    public string ProbeName => probe.Name;

    /// <summary>The readings by key; empty while the probe has none.</summary>
    public async Task<IReadOnlyList<GpuReading>> ReadAsync(CancellationToken cancellationToken)
    {
        Task<IReadOnlyList<GpuReading>> running;
        TimeSpan patience;
        lock (_gate)
        {
            if (_last is not null && clock.GetElapsedTime(_lastAt) < probe.MeasureInterval)
            {
                return _last;
            }

            if (_running is null)
            {
                _startedAt = clock.GetTimestamp();
                _running = Task.Run(MeasureAsync, CancellationToken.None);
            }

            running = _running;
            patience = timeout - clock.GetElapsedTime(_startedAt);
        }

        try
        {
            if (!running.IsCompleted && patience <= TimeSpan.Zero)
            {
                throw new TimeoutException();
            }

            var readings = await running.WaitAsync(patience > TimeSpan.Zero ? patience : Timeout.InfiniteTimeSpan, clock, cancellationToken);
            Settle(running, readings, failure: null);
            return readings;
        }
        catch (TimeoutException) when (!running.IsFaulted)
        {
            // A probe may throw the same exception; that one has ended and is settled below.
            if (LastWhileSlow() is { } last)
            {
                return last;
            }

            Failure = $"no answer within {timeout.TotalSeconds:0.###} s";
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The caller left; the measurement goes on and serves the next one.
        }
        catch (Exception exception)
        {
            // Whatever a probe throws is its own trouble: the node goes on without its telemetry.
            Settle(running, readings: [], exception.Message);
        }

        return [];
    }

    // A tool that takes longer than a caller may wait is slow, not broken: its last answer serves for a while.
    private IReadOnlyList<GpuReading>? LastWhileSlow()
    {
        lock (_gate)
        {
            return clock.GetElapsedTime(_lastAt) < probe.MeasureInterval * IntervalsUntilStale ? _last : null;
        }
    }

    // Native calls and file reads block, so they never run on the caller's thread. Commands have a limit of their own.
    private async Task<IReadOnlyList<GpuReading>> MeasureAsync() => await probe.MeasureAsync(CancellationToken.None);

    private void Settle(Task<IReadOnlyList<GpuReading>> finished, IReadOnlyList<GpuReading> readings, string? failure)
    {
        lock (_gate)
        {
            if (_running != finished)
            {
                return;
            }

            _running = null;
            _last = readings;
            _lastAt = clock.GetTimestamp();
            Failure = failure;
        }
    }
}
