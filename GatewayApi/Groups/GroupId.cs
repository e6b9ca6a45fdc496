using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Aurora.Grains.Interfaces;

namespace Aurora.GatewayApi.Groups;

/// <summary>
/// The id of tasks that were submitted together. Their own ids are made of it and of their numbers (<c>group_X</c> has
/// <c>task_X-000000</c>, <c>task_X-000001</c>, …), so that a group is a range of the store's primary key and costs nothing to keep.
/// </summary>
internal static class GroupId
{
    private const string Prefix = "group_";
    private const char Separator = '-';
    private const int LengthMax = 128;

    /// <summary>The id of one task of a group.</summary>
    /// <param name="stem">A task id that stands for the group, as <see cref="Submissions.TaskIdSource"/> makes it.</param>
    /// <param name="index">From 0 to 999,999: then the ids sort in the order of the numbers.</param>
    public static string TaskId(string stem, int index) => string.Create(CultureInfo.InvariantCulture, $"{stem}{Separator}{index:D6}");

    /// <summary>The group of a task; null for a task that was submitted alone.</summary>
    public static string? Of(string taskId) =>
        taskId.LastIndexOf(Separator) is > 0 and var at ? string.Concat(Prefix, taskId.AsSpan(MeshConstants.TaskIdPrefix.Length, at - MeshConstants.TaskIdPrefix.Length)) : null;

    /// <summary>The number of a task in its group, from 0.</summary>
    public static int IndexOf(string taskId) => int.Parse(taskId.AsSpan(taskId.LastIndexOf(Separator) + 1), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>What the ids of the group's tasks begin with.</summary>
    public static bool TryGetTaskPrefix(HttpContext context, [NotNullWhen(true)] out string? prefix, out string groupId)
    {
        var id = context.Request.RouteValues["group_id"] as string ?? "";
        groupId = id.Length <= LengthMax ? id : id[..LengthMax] + "…";
        prefix = id.Length <= LengthMax && id.StartsWith(Prefix, StringComparison.Ordinal) && id.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
            ? $"{MeshConstants.TaskIdPrefix}{id[Prefix.Length..]}{Separator}"
            : null;
        return prefix is not null;
    }
}
