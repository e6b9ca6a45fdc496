namespace Aurora.GpuProbes.Nvidia;

/// <summary>
/// Counts NVIDIA's XID errors. The driver keeps no count of them: it tells each once to who has registered before, so they are counted
/// from then on.
/// </summary>
internal sealed class NvmlXids
{
    // What one measurement takes from the queue of the driver: a board that floods it must not keep the others waiting.
    private const int EventsMax = 256;

    // The numbers that NVIDIA has given out end below 200.
    private const ulong NumberMax = 1023;

    private readonly INvml _nvml;
    private readonly nint _events;
    private readonly Dictionary<nint, Dictionary<int, long>> _counts = [];

    private NvmlXids(INvml nvml, nint events) => (_nvml, _events) = (nvml, events);

    /// <summary>Registers for the errors of these boards; null where the driver tells none, as on Windows.</summary>
    public static NvmlXids? Watch(INvml nvml, IEnumerable<nint> boards)
    {
        if (nvml.EventSet() is not { Ok: true, Value: var events })
        {
            return null;
        }

        var xids = new NvmlXids(nvml, events);
        foreach (var board in boards.Where(board => nvml.WatchXids(board, events) is NvmlReturn.Success))
        {
            xids._counts[board] = [];
        }

        return xids._counts.Count > 0 ? xids : null;
    }

    /// <summary>Takes over what came since the last call.</summary>
    public void Read()
    {
        for (var i = 0; i < EventsMax && _nvml.NextXid(_events) is { Ok: true, Value: var xid }; i++)
        {
            if (xid.Number is > 0 and <= NumberMax && _counts.TryGetValue(xid.Board, out var counts))
            {
                counts[(int)xid.Number] = counts.GetValueOrDefault((int)xid.Number) + 1;
            }
        }
    }

    /// <summary>How often each came of one board; null for a board that is not watched.</summary>
    public IReadOnlyDictionary<int, long>? Of(nint board) => _counts.TryGetValue(board, out var counts) ? new Dictionary<int, long>(counts) : null;
}
