using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Aurora.Storage.Tests;

public interface INoteGrain : IGrainWithStringKey
{
    Task<string?> ReadAsync();

    Task WriteAsync(string text);

    Task ClearAsync();

    Task DeactivateAsync();

    /// <summary>Writes through a second copy of the state, then through the grain's own, which is then out of date.</summary>
    Task WriteBehindOwnBackAsync(string text, bool forgetVersion);
}

public interface IOtherNoteGrain : IGrainWithStringKey
{
    Task<string?> ReadAsync();
}

public sealed class Note
{
    public string? Text { get; set; }
}

public sealed class NoteGrain(
    [PersistentState("note", StorageNames.Grains)] IPersistentState<Note> state,
    [FromKeyedServices(StorageNames.Grains)] IGrainStorage storage) : Grain, INoteGrain
{
    public Task<string?> ReadAsync() => Task.FromResult(state.State.Text);

    public Task WriteAsync(string text)
    {
        state.State.Text = text;
        return state.WriteStateAsync();
    }

    public Task ClearAsync() => state.ClearStateAsync();

    public Task DeactivateAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task WriteBehindOwnBackAsync(string text, bool forgetVersion)
    {
        if (forgetVersion)
        {
            // What a second activation sees that has read before anything was written.
            await storage.WriteStateAsync("note", this.GetGrainId(), new GrainState<Note>(new Note { Text = text }));
            return;
        }

        var copy = new GrainState<Note>();
        await storage.ReadStateAsync("note", this.GetGrainId(), copy);
        copy.State = new Note { Text = text };
        await storage.WriteStateAsync("note", this.GetGrainId(), copy);
        await state.WriteStateAsync();
    }
}

public sealed class OtherNoteGrain([PersistentState("note", StorageNames.Grains)] IPersistentState<Note> state) : Grain, IOtherNoteGrain
{
    public Task<string?> ReadAsync() => Task.FromResult(state.State.Text);
}
