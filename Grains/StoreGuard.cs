using Aurora.Grains.Interfaces;
using Aurora.Storage;

namespace Aurora.Grains;

/// <summary>
/// Turns a store that is out of reach into the exception of the wire contract: a driver's own exception does not cross
/// to a process without that driver.
/// </summary>
internal static class StoreGuard
{
    public static Task<T> Read<T>(Task<T> read) => Guard(read, "The store cannot be read for now");

    public static Task<T> Write<T>(Task<T> write) => Guard(write, "The store does not take writes for now");

    public static async IAsyncEnumerable<T> Read<T>(IAsyncEnumerable<T> rows)
    {
        await using var each = rows.GetAsyncEnumerator();
        while (await Read(each.MoveNextAsync().AsTask()))
        {
            yield return each.Current;
        }
    }

    private static async Task<T> Guard<T>(Task<T> operation, string what)
    {
        try
        {
            return await operation;
        }
        catch (StoreUnavailableException e)
        {
            throw new MeshUnavailableException($"{what}: {e.Message}");
        }
    }
}
