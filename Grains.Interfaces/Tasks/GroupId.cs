using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Aurora.Grains.Interfaces.Tasks;

/// <summary>
/// The id of tasks that were submitted together. Their own ids are made of it and of their numbers (<c>group_X</c> has
/// <c>task_X-000000</c>, <c>task_X-000001</c>, …), so that a group is a range of the store's primary key and costs nothing to keep.
/// </summary>
public static class GroupId
{
    private const string Prefix = "group_";
    private const char Separator = '-';

    /// <summary>The most characters of an id.</summary>
    public const int LengthMax = 128;

    /// <summary>The id of one task of a group.</summary>
    /// <param name="stem">A task id that stands for the group, of its own or made from an idempotency key.</param>
    /// <param name="index">From 0 to 999,999: then the ids sort in the order of the numbers.</param>
    public static string TaskId(string stem, int index) => string.Create(CultureInfo.InvariantCulture, $"{stem}{Separator}{index:D6}");

    /// <summary>The group of a task; null for a task that was submitted alone.</summary>
    public static string? Of(string taskId) =>
        taskId.LastIndexOf(Separator) is > 0 and var at ? string.Concat(Prefix, taskId.AsSpan(MeshConstants.TaskIdPrefix.Length, at - MeshConstants.TaskIdPrefix.Length)) : null;

    /// <summary>The number of a task in its group, from 0.</summary>
    public static int IndexOf(string taskId) => int.Parse(taskId.AsSpan(taskId.LastIndexOf(Separator) + 1), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>What the ids of the group's tasks begin with; false for what is no group's id.</summary>
    public static bool TryGetTaskPrefix(string groupId, [NotNullWhen(true)] out string? prefix)
    {
        prefix = groupId.Length <= LengthMax && groupId.StartsWith(Prefix, StringComparison.Ordinal) && groupId.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
            ? $"{MeshConstants.TaskIdPrefix}{groupId[Prefix.Length..]}{Separator}"
            : null;
        return prefix is not null;
    }
}
