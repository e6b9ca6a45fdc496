namespace Aurora.Scheduling.Packing;

/// <summary>
/// How many tasks of a class a node has room for, when nothing else came: whole tasks by its GPUs, fractions by its cores and
/// memory, whichever is least. Fractions make a node that runs short of cores worth less before the last task is lost.
/// </summary>
internal static class ClassRoom
{
    /// <summary>Tasks that the free GPUs take.</summary>
    public static int OnGpus(ReadOnlySpan<int> free, int emptyGpus, in PackDemand demand)
    {
        if (demand.Exclusive)
        {
            return emptyGpus / demand.Gpus;
        }

        var tasks = 0;
        foreach (var units in free)
        {
            tasks += units / demand.UnitsPerGpu;
        }

        return tasks / demand.Gpus;
    }

    /// <summary>Room with cores and memory counted; 0 when not one task fits.</summary>
    public static double Of(int onGpus, int cpuMilli, int memoryMib, in PackDemand demand)
    {
        if (onGpus == 0 || cpuMilli < demand.CpuMilli || memoryMib < demand.MemoryMib)
        {
            return 0;
        }

        double room = onGpus;
        if (demand.CpuMilli > 0)
        {
            room = Math.Min(room, (double)cpuMilli / demand.CpuMilli);
        }

        if (demand.MemoryMib > 0)
        {
            room = Math.Min(room, (double)memoryMib / demand.MemoryMib);
        }

        return room;
    }
}
