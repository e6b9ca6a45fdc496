using System.Text.Json.Serialization;

namespace Aurora.Client.Abstractions.Views;

/// <summary>What would become of a task that is submitted now.</summary>
/// <param name="Status"><c>assigned</c> or <c>queued</c>.</param>
/// <param name="Node">Where it would run; null when it would wait.</param>
/// <param name="Gpus">Indexes of that node's GPUs.</param>
/// <param name="Summary">Why there, or why it would wait, with the numbers.</param>
/// <param name="SmallestChange">What would let a waiting one start now.</param>
public sealed record TaskPlan(string Status, string? Node, IReadOnlyList<int> Gpus, string Summary, RequirementChange? SmallestChange)
{
    /// <summary>The parts of a task of several nodes by rank; null for any other, and where it would wait.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<GangPart>? Gang { get; init; }
}
