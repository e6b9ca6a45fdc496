namespace Aurora.Testing;

internal interface IPostgresHost : IAsyncDisposable
{
    string ConnectionString { get; }

    Task KillAsync();

    Task RestartAsync();
}
