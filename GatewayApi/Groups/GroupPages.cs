using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Groups;

/// <summary>The tasks of a group in their order, read page by page.</summary>
internal static class GroupPages
{
    // Results may be large; so few of them are in memory at once.
    private const int LargePage = 16;

    public static async IAsyncEnumerable<TaskView[]> ReadAsync(IGrainFactory grains, string prefix, int pageSize)
    {
        TaskView[] page;
        string? after = null;
        do
        {
            page = await grains.GetGrain<ITaskQueryGrain>(0).ListGroupAsync(prefix, after, pageSize);
            yield return page;
            after = page.LastOrDefault()?.TaskId;
        }
        while (page.Length == pageSize);
    }

    /// <summary>One by one, for tasks whose results are large.</summary>
    public static async IAsyncEnumerable<TaskView> ReadLargeAsync(IGrainFactory grains, string prefix)
    {
        await foreach (var page in ReadAsync(grains, prefix, LargePage))
        {
            foreach (var task in page)
            {
                yield return task;
            }
        }
    }
}
