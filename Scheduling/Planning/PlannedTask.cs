using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Planning;

/// <summary>What would become of a task that is submitted now.</summary>
/// <param name="Placement">Where it would run; null when it would wait.</param>
/// <param name="Summary">Why there, or why it would wait.</param>
/// <param name="Change">What would let it start now.</param>
public sealed record PlannedTask(Placement? Placement, string Summary, RequirementChange? Change);
