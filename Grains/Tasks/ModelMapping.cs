using System.Text.Json;
using Aurora.Grains.Interfaces.Models;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Routing;

namespace Aurora.Grains.Tasks;

/// <summary>Models between the JSON of tasks and nodes, and the core.</summary>
internal static class ModelMapping
{
    /// <summary>The model that a task of an inference type names in its requirements, in the form to compare; null for none.</summary>
    public static string? ModelOf(string taskType, string? requirements)
    {
        if (taskType is not (KnownTaskTypes.LlmInference or KnownTaskTypes.Embeddings)
            || requirements is null || !requirements.Contains("\"model\"", StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(requirements);
            return document.RootElement.ValueKind is JsonValueKind.Object
                && document.RootElement.TryGetProperty("model", out var model) && model.ValueKind is JsonValueKind.String
                && model.GetString() is { Length: > 0 } name
                    ? ModelName.Canonical(name)
                    : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The executor says what is wrong with it.
            return null;
        }
    }

    public static ModelFacts? ToModels(this NodeRegistration registration) => NodeModels.Parse(registration.Facts) is { } models
        ? new ModelFacts(Names(models.Available), Names(models.Loaded), models.Slots)
        {
            Speed = new ServerSpeed(models.PrefillTokensPerSecond ?? 0, models.DecodeTokensPerSecond ?? 0),
        }
        : null;

    private static HashSet<string> Names(IReadOnlyList<string> names) => names.Select(ModelName.Canonical).ToHashSet(StringComparer.Ordinal);
}
