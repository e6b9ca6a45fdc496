using Orleans.Storage;
using Orleans.TestingHost;

namespace Aurora.Storage.Tests;

/// <summary>What grain storage must do, seen from grains in a silo.</summary>
public abstract class GrainStorageConformance : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        await PrepareAsync();
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => AddStorage(silo));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        await CleanUpAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task State_is_there_again_after_deactivation()
    {
        var note = _cluster.Client.GetGrain<INoteGrain>("keys");
        Assert.Null(await note.ReadAsync());

        await note.WriteAsync("one");
        await note.WriteAsync("two");
        await note.DeactivateAsync();
        Assert.Equal("two", await note.ReadAsync());

        await note.ClearAsync();
        await note.DeactivateAsync();
        Assert.Null(await note.ReadAsync());

        await note.WriteAsync("three");
        await note.DeactivateAsync();
        Assert.Equal("three", await note.ReadAsync());
    }

    [Theory]
    [InlineData("007", "7")]
    [InlineData("AB", "ab")]
    [InlineData("00000000000000000000000000000001", "1")]
    public async Task Keys_that_look_like_the_same_number_are_different_grains(string one, string other)
    {
        await _cluster.Client.GetGrain<INoteGrain>(one).WriteAsync("one");
        await _cluster.Client.GetGrain<INoteGrain>(other).WriteAsync("other");
        await _cluster.Client.GetGrain<INoteGrain>(one).DeactivateAsync();

        Assert.Equal("one", await _cluster.Client.GetGrain<INoteGrain>(one).ReadAsync());
    }

    [Fact]
    public async Task Two_grain_types_with_one_key_and_one_state_name_keep_their_own_state()
    {
        await _cluster.Client.GetGrain<INoteGrain>("same").WriteAsync("note");

        Assert.Null(await _cluster.Client.GetGrain<IOtherNoteGrain>("same").ReadAsync());
    }

    [Fact]
    public async Task A_write_over_a_version_that_has_moved_on_is_refused()
    {
        var note = _cluster.Client.GetGrain<INoteGrain>("contended");
        await note.WriteAsync("one");

        await Assert.ThrowsAsync<InconsistentStateException>(() => note.WriteBehindOwnBackAsync("two", forgetVersion: false));
        await Assert.ThrowsAsync<InconsistentStateException>(() => note.WriteBehindOwnBackAsync("three", forgetVersion: true));
        Assert.NotNull(await note.ReadAsync());
    }

    protected abstract void AddStorage(ISiloBuilder silo);

    protected abstract Task PrepareAsync();

    protected abstract Task CleanUpAsync();
}
