namespace Aurora.Storage.Tests;

/// <summary>What every store must do. Each test has a database of its own; a second store on it stands for another process.</summary>
public abstract partial class TaskStoreConformance : IAsyncLifetime
{
    private readonly List<ITaskStore> _opened = [];

    protected ITaskStore Store { get; private set; } = null!;

    protected long Epoch { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await PrepareAsync();
        Store = Open();
        await Store.InitializeAsync(CancellationToken.None);
        Epoch = await Store.AcquireSchedulerAsync("default", CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _opened)
        {
            await store.DisposeAsync();
        }

        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Another store on the same database.</summary>
    protected ITaskStore Open()
    {
        var store = Create();
        _opened.Add(store);
        return store;
    }

    protected abstract Task PrepareAsync();

    protected abstract ITaskStore Create();

    protected abstract Task CleanUpAsync();
}
