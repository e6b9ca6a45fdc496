namespace Aurora.Chaos.Runner.Faults;

/// <summary>A fault made ready for its target.</summary>
/// <param name="Nodes">Nodes whose work it may disturb.</param>
/// <param name="BeginAsync">Does it; true when its effect was seen at once.</param>
/// <param name="EndAsync">Gives back what it took; true when an effect was seen meanwhile.</param>
internal sealed record Injection(string Target, string[] Nodes, Func<Task<bool>> BeginAsync, Func<Task<bool>> EndAsync);
