using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Nodes;

/// <summary>What a node runs: task types, the models of its inference servers, and for whom: its labels.</summary>
internal sealed record NodeOffer(IReadOnlySet<string> TaskTypes, ModelFacts? Models, LabelSet Labels, bool TakesGangs)
{
    /// <summary>Equal for offers with the same content.</summary>
    public string Name => Models is null
        ? $"{Join(TaskTypes)}\u0001{Labels}\u0001{TakesGangs}"
        : $"{Join(TaskTypes)}\u0001{Labels}\u0001{TakesGangs}\u0001{Join(Models.Available)}\u0001{Join(Models.Loaded)}";

    /// <summary>Whether a task of this type for this model, or for none, can run there, on so many nodes at once.</summary>
    public bool Serves(string taskType, string? model, LabelSet labels, int nodes) =>
        TaskTypes.Contains(taskType)
        && (nodes == 1 || TakesGangs)
        && (model is null || Models is null || Models.Available.Contains(model))
        && !labels.MissingIn(Labels).Any();

    public bool HasLoaded(string? model) => model is not null && Models is not null && Models.Loaded.Contains(model);

    private static string Join(IEnumerable<string> names) => string.Join('\0', names.Order(StringComparer.Ordinal));
}
