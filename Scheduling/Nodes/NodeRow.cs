using Aurora.Scheduling.Model;
using Aurora.Scheduling.Routing;

namespace Aurora.Scheduling.Nodes;

/// <summary>What a decision reads of a node, side by side in memory with the other nodes. Shares are in [0, 1].</summary>
internal struct NodeRow
{
    public bool Open;
    public int Offer;
    public int GpuStart;
    public int GpuCount;
    public int GpuCapacity;
    public long LargestFree;
    public int Held;
    public int Requests;
    public int RequestSlots;
    public ServerSpeed Speed;
    public DateTimeOffset PrefillFree;
    public HostShare HostFree;
    public double Owned;
    public long RentedOrder;
    public GpuLinks? Links;
    public long LastChosen;
    public double FewTasks;
    public double CpuIdle;
    public double MemoryFree;
    public double GpuIdle;
    public GpuBounds Best;
}

/// <summary>
/// Of each term the most that a GPU of the node has, so that a node which cannot win is passed over without a look at its GPUs. Rounded to
/// <see cref="Rounding"/>.
/// </summary>
internal struct GpuBounds
{
    /// <summary>By how much the sum of the terms may be too low at most.</summary>
    public const double Rounding = 1e-6;

    public float Power;
    public float Cheap;
    public float FewTasks;
    public float Idle;
    public float FreeShare;

    /// <summary>The share of the largest GPU's memory that a byte is.</summary>
    public float SharePerByte;
}

/// <summary>What a decision reads of a GPU. Bytes, and shares in [0, 1].</summary>
internal struct GpuRow
{
    public int Type;
    public long Nominal;
    public long Free;
    public double SharePerByte;
    public double Power;
    public double Cheap;
    public double FewTasks;
    public double Idle;
}
