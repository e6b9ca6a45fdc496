using Aurora.Scheduling.Feasibility;

namespace Aurora.Scheduling.Nodes;

/// <summary>Which numbers of the <see cref="NodeVocabulary"/> serve one task type and one wanted GPU type.</summary>
internal sealed class ShapeMatch(string taskType, string? gpuType, NodeVocabulary vocabulary)
{
    private bool[] gpuTypes = [];
    private bool[] taskTypeSets = [];

    public bool RunsOn(int taskTypeSetId)
    {
        if (taskTypeSetId >= taskTypeSets.Length)
        {
            taskTypeSets = [.. vocabulary.TaskTypeSets.Select(types => types.Contains(taskType))];
        }

        return taskTypeSets[taskTypeSetId];
    }

    public bool AcceptsGpu(int gpuTypeId)
    {
        if (gpuTypeId >= gpuTypes.Length)
        {
            gpuTypes = [.. vocabulary.GpuTypes.Select(type => gpuType is null || GpuTypeName.Matches(gpuType, type))];
        }

        return gpuTypes[gpuTypeId];
    }
}
