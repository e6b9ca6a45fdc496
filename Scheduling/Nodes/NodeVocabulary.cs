namespace Aurora.Scheduling.Nodes;

/// <summary>
/// Numbers for the GPU types and the sets of task types that nodes announce. A mesh has few different ones, so what a
/// task's strings match is worked out once per number and not once per node.
/// </summary>
internal sealed class NodeVocabulary
{
    private readonly Dictionary<string, int> gpuTypeIds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> taskTypeSetIds = new(StringComparer.Ordinal);

    public List<string> GpuTypes { get; } = [];

    public List<IReadOnlySet<string>> TaskTypeSets { get; } = [];

    public int GpuTypeId(string gpuType)
    {
        if (!gpuTypeIds.TryGetValue(gpuType, out var id))
        {
            id = GpuTypes.Count;
            gpuTypeIds.Add(gpuType, id);
            GpuTypes.Add(gpuType);
        }

        return id;
    }

    public int TaskTypeSetId(IReadOnlySet<string> taskTypes)
    {
        var name = string.Join('\0', taskTypes.Order(StringComparer.Ordinal));
        if (!taskTypeSetIds.TryGetValue(name, out var id))
        {
            id = TaskTypeSets.Count;
            taskTypeSetIds.Add(name, id);
            TaskTypeSets.Add(taskTypes);
        }

        return id;
    }
}
