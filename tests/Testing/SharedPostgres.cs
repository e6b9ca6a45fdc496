namespace Aurora.Testing;

/// <summary>
/// Fixture of a test assembly that uses <see cref="PostgresServer.SharedAsync"/>: ends the server when the last test has ended. The
/// exit of the process is too late for it, because the runner gives that ten seconds and the files of many databases take longer to delete.
/// </summary>
public sealed class SharedPostgres : IAsyncDisposable
{
    public ValueTask DisposeAsync() => PostgresServer.EndSharedAsync();
}
