namespace Aurora.Scheduling.Packing;

/// <summary>One GPU from its first use until it is given back.</summary>
public sealed class RentedGpu
{
    private readonly Dictionary<int, (int Units, double Start)> tasks = [];

    internal RentedGpu(int number, int units, double sinceSeconds) =>
        (Number, Free, SinceSeconds, IdleSince) = (number, units, sinceSeconds, sinceSeconds);

    public int Number { get; }

    /// <summary>Units that nobody uses.</summary>
    public int Free { get; private set; }

    public double SinceSeconds { get; }

    /// <summary>When its last task ended; of no meaning while one runs.</summary>
    public double IdleSince { get; private set; }

    /// <summary>When the task that has run longest began; null while it is idle.</summary>
    public double? OldestStart { get; private set; }

    internal void Take(int task, int units, double nowSeconds)
    {
        tasks.Add(task, (units, nowSeconds));
        Free -= units;
        OldestStart ??= nowSeconds;
    }

    internal void Return(int task, double nowSeconds)
    {
        tasks.Remove(task, out var ended);
        Free += ended.Units;
        OldestStart = tasks.Count == 0 ? null : tasks.Values.Min(each => each.Start);
        IdleSince = nowSeconds;
    }
}
