using System.Net.Sockets;
using Npgsql;

namespace Aurora.Storage.Postgres;

/// <summary>What an exception of the driver means for a write.</summary>
internal static class PostgresFailure
{
    /// <summary>Rolled back because of other transactions: nothing was written and the same group may simply run again.</summary>
    public static bool IsCollision(PostgresException exception)
        => exception.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;

    /// <summary>The server answered and objects to the data; every other failure leaves open what happened or concerns every group.</summary>
    public static bool IsRefusal(PostgresException exception)
        => exception.SqlState[..2] is "21" or "22" or "23" or "54";

    public static bool IsUnavailable(Exception exception)
        => exception is NpgsqlException or SocketException or TimeoutException or IOException;

    public static StoreUnavailableException Unavailable(Exception exception)
        => new($"PostgreSQL is not available: {exception.Message.ReplaceLineEndings(" ")}", exception);

    /// <summary>Runs a read or a single statement and turns the driver's failures into the store's.</summary>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception exception) when (IsUnavailable(exception))
        {
            throw Unavailable(exception);
        }
    }
}
