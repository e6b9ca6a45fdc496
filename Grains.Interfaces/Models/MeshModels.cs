using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.Grains.Interfaces.Models;

/// <summary>The models of the mesh at one moment.</summary>
/// <param name="All">By name.</param>
/// <param name="ServesAny">Whether some node runs inference and does not say of which models.</param>
public sealed record MeshModels(IReadOnlyList<MeshModel> All, bool ServesAny)
{
    /// <summary>What one request costs by the second on the nodes that tell their price: the machine's, shared by its request slots.</summary>
    public IReadOnlyDictionary<string, double> PricePerSecond { get; init; } = new Dictionary<string, double>();

    /// <summary>Null for a node that does not tell.</summary>
    public double? PricePerSecondOn(string node) => PricePerSecond.TryGetValue(node, out var price) ? price : null;

    /// <summary>The model of a name, however that is written; null for none.</summary>
    public MeshModel? Find(string name)
    {
        var canonical = ModelName.Canonical(name);
        return All.FirstOrDefault(model => ModelName.Canonical(model.Name) == canonical);
    }

    /// <summary>What the nodes of the mesh say.</summary>
    public static MeshModels Of(MeshView mesh)
    {
        var models = new SortedDictionary<string, MeshModel>(StringComparer.Ordinal);
        var prices = new Dictionary<string, double>(StringComparer.Ordinal);
        var servesAny = false;
        foreach (var node in mesh.Nodes)
        {
            if (NodeModels.Parse(node.Facts) is not { } here)
            {
                servesAny |= node.Status == "active"
                    && (node.TaskTypes.Contains(KnownTaskTypes.LlmInference) || node.TaskTypes.Contains(KnownTaskTypes.Embeddings));
                continue;
            }

            if (here.PricePerHour is { } price)
            {
                prices[node.NodeId] = price / 3600 / (here.Slots ?? 1);
            }

            var loaded = here.Loaded.Select(ModelName.Canonical).ToHashSet(StringComparer.Ordinal);
            foreach (var name in here.Available)
            {
                var canonical = ModelName.Canonical(name);
                if (!models.TryGetValue(canonical, out var model))
                {
                    models.Add(canonical, model = new MeshModel(name, [], []));
                }

                model.Offer(node.Pools);

                // A model whose nodes are all away still exists: a request for it waits.
                if (node.Status != "disconnected")
                {
                    model.Nodes.Add(node.NodeId);
                    if (loaded.Contains(canonical))
                    {
                        model.LoadedOn.Add(node.NodeId);
                        if (here.VramBytes.TryGetValue(canonical, out var bytes))
                        {
                            model.VramBytes[node.NodeId] = bytes;
                        }
                    }
                }
            }
        }

        return new MeshModels([.. models.Values], servesAny) { PricePerSecond = prices };
    }
}

/// <summary>One model.</summary>
/// <param name="Name">As the first node that offers it calls it.</param>
/// <param name="Nodes">The nodes that offer it, those that are away left out.</param>
/// <param name="LoadedOn">Those of them that have it in memory.</param>
public sealed record MeshModel(string Name, List<string> Nodes, List<string> LoadedOn)
{
    /// <summary>The pool that a request for it goes to: the default one where a node of it offers the model.</summary>
    public string Pool { get; private set; } = "";

    /// <summary>What it takes of the GPUs' memory on the nodes whose server tells.</summary>
    public SortedDictionary<string, long> VramBytes { get; } = new(StringComparer.Ordinal);

    /// <summary>A node of these pools offers it.</summary>
    public void Offer(IReadOnlyList<string> pools) =>
        Pool = Pool.Length == 0 || pools.Contains(MeshConstants.DefaultPool)
            ? pools.FirstOrDefault(pool => pool == MeshConstants.DefaultPool) ?? pools[0]
            : Pool;

    /// <summary>Why the node is a place for the model, for a person.</summary>
    public string ReasonFor(string node) =>
        LoadedOn.Contains(node) ? "model loaded" : Nodes.Contains(node) ? "model available, not loaded" : "node does not list its models";
}
