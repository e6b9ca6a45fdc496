namespace Aurora.GpuProbes;

/// <summary>Asks families of probes what GPUs there are, and contains the probes that hang or throw.</summary>
internal static class GpuDetection
{
    /// <summary>The answers in the order of the probes; probes that were not asked are left out.</summary>
    public static async Task<IReadOnlyList<(IGpuProbe Probe, GpuProbeResult Result)>> RunAsync(
        IReadOnlyList<IReadOnlyList<IGpuProbe>> families, TimeSpan timeout, TimeProvider clock, CancellationToken cancellationToken)
    {
        // The vendors know nothing of each other, so a slow one does not delay the rest.
        var answers = await Task.WhenAll(families.Select(family => AskFamilyAsync(family, timeout, clock, cancellationToken)));
        return [.. answers.SelectMany(answer => answer)];
    }

    private static async Task<IReadOnlyList<(IGpuProbe Probe, GpuProbeResult Result)>> AskFamilyAsync(
        IReadOnlyList<IGpuProbe> family, TimeSpan timeout, TimeProvider clock, CancellationToken cancellationToken)
    {
        var answers = new List<(IGpuProbe Probe, GpuProbeResult Result)>();
        foreach (var probe in family)
        {
            var result = await AskAsync(probe, timeout, clock, cancellationToken);
            answers.Add((probe, result));
            if (result.Settled)
            {
                break;
            }
        }

        return answers;
    }

    private static async Task<GpuProbeResult> AskAsync(
        IGpuProbe probe, TimeSpan timeout, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return await Task.Run(async () => await probe.DetectAsync(limit.Token), CancellationToken.None)
                .WaitAsync(timeout, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            return GpuProbeResult.Nothing($"no answer within {timeout.TotalSeconds:0.###} s");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return GpuProbeResult.Nothing($"failed: {exception.Message}");
        }
        finally
        {
            await limit.CancelAsync();
        }
    }
}
