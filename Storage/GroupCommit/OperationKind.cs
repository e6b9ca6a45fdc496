namespace Aurora.Storage.GroupCommit;

/// <summary>The kinds of operations, in the order in which a group applies them.</summary>
internal enum OperationKind
{
    Insert,
    Assign,
    AssignGang,
    Start,
    Finish,
    EndMember,
    Requeue,
    GiveUp,
    Cancel,
    Revive,
    Pardon,
}

internal static class OperationKinds
{
    public const int Count = 11;

    public static OperationKind Of(TaskOperation operation) => operation switch
    {
        TaskOperation.Insert => OperationKind.Insert,
        TaskOperation.Assign => OperationKind.Assign,
        TaskOperation.AssignGang => OperationKind.AssignGang,
        TaskOperation.Start => OperationKind.Start,
        TaskOperation.Finish => OperationKind.Finish,
        TaskOperation.EndMember => OperationKind.EndMember,
        TaskOperation.Requeue => OperationKind.Requeue,
        TaskOperation.GiveUp => OperationKind.GiveUp,
        TaskOperation.Cancel => OperationKind.Cancel,
        TaskOperation.Revive => OperationKind.Revive,
        TaskOperation.Pardon => OperationKind.Pardon,
        _ => throw new ArgumentException($"{operation.GetType().Name} is not a known operation.", nameof(operation)),
    };
}
