using Aurora.Scheduling.Model;

namespace Aurora.Scheduling.Planning;

/// <summary>A task in line, as a person sees it.</summary>
/// <param name="EffectivePriority">Its priority and one level for each ageing step that it has waited.</param>
/// <param name="Reason">Why it waits, in one line.</param>
public sealed record WaitingTask(PendingTask Task, double EffectivePriority, string Reason);
