namespace Aurora.Scheduling.Model;

/// <summary>Priorities from one to another.</summary>
/// <param name="Min">0 to 10, included.</param>
/// <param name="Max">At least <paramref name="Min"/>, at most 10, included.</param>
public readonly record struct PriorityRange(int Min, int Max)
{
    /// <summary>Whether a priority is one of them.</summary>
    public bool Contains(int priority) => priority >= Min && priority <= Max;
}
