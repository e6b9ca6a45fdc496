using Aurora.Scheduling.Feasibility;
using Aurora.Scheduling.Queueing;

namespace Aurora.Scheduling.Nodes;

/// <summary>Which numbers of the <see cref="NodeVocabulary"/> serve one class of shapes.</summary>
internal sealed class ShapeMatch(ShapeClassKey key, NodeVocabulary vocabulary)
{
    private bool[] gpuTypes = [];
    private (bool Serves, bool HasLoaded)[] offers = [];

    public bool RunsOn(int offerId) => Offer(offerId).Serves;

    /// <summary>Whether the class's model is in memory there.</summary>
    public bool IsLoadedOn(int offerId) => Offer(offerId).HasLoaded;

    public bool AcceptsGpu(int gpuTypeId)
    {
        if (gpuTypeId >= gpuTypes.Length)
        {
            gpuTypes = [.. vocabulary.GpuTypes.Select(type => key.GpuType is null || GpuTypeName.Matches(key.GpuType, type))];
        }

        return gpuTypes[gpuTypeId];
    }

    private (bool Serves, bool HasLoaded) Offer(int offerId)
    {
        if (offerId >= offers.Length)
        {
            offers = [.. vocabulary.Offers.Select(offer => (offer.Serves(key.TaskType, key.Model, key.Labels, key.Nodes), offer.HasLoaded(key.Model)))];
        }

        return offers[offerId];
    }
}
