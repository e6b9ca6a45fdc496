namespace Aurora.Grains.Interfaces.Tasks;

/// <summary>How many tasks of a group are in which state.</summary>
[GenerateSerializer, Immutable, Alias("aurora.group-counts")]
public sealed record GroupCounts(
    [property: Id(0)] long Queued,
    [property: Id(1)] long Assigned,
    [property: Id(2)] long Running,
    [property: Id(3)] long Completed,
    [property: Id(4)] long Failed,
    [property: Id(5)] long Cancelled)
{
    public long Total => Queued + Assigned + Running + Ended;

    public long Ended => Completed + Failed + Cancelled;
}
