using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Nodes;

/// <summary>
/// Numbers for the GPU types and for the offers, task types with models and labels, that nodes announce. A mesh has few different ones, so what a
/// task's strings match is worked out once per number and not once per node.
/// </summary>
internal sealed class NodeVocabulary
{
    private readonly Dictionary<string, int> gpuTypeIds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> offerIds = new(StringComparer.Ordinal);

    public List<string> GpuTypes { get; } = [];

    public List<NodeOffer> Offers { get; } = [];

    /// <summary>Numbers GPU types as another vocabulary does.</summary>
    public void Learn(IReadOnlyList<string> types)
    {
        foreach (var type in types)
        {
            GpuTypeId(type);
        }
    }

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

    public int OfferId(NodeFacts facts)
    {
        var offer = new NodeOffer(facts.TaskTypes, facts.Models, facts.Labels, facts.TakesGangs);
        var name = offer.Name;
        if (!offerIds.TryGetValue(name, out var id))
        {
            id = Offers.Count;
            offerIds.Add(name, id);
            Offers.Add(offer);
        }

        return id;
    }
}
