namespace Aurora.Bench.Traces.Cost;

/// <summary>Owned nodes of eight GPUs, and how far their room is overbooked.</summary>
internal readonly record struct CostPlant(int Nodes, double Overbooking)
{
    public const int GpusPerNode = 8;

    /// <summary>Overbooking of the owned GPUs; docs/scheduling.md has what others were measured to cost.</summary>
    public const double OverbookingDefault = 1.8;
}
