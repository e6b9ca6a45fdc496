using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.NodeAgent.Journal;

/// <summary>Keeps nothing beyond the process: for simulated nodes, whose attempts end with it.</summary>
internal sealed class MemoryJournal : IAttemptJournal
{
    public JournalContent Recover() => JournalContent.Empty;

    public Task AcceptAsync(IReadOnlyList<JournaledAttempt> attempts) => Task.CompletedTask;

    public Task KeepAsync(KeptResult result) => Task.CompletedTask;

    public void Forget(IReadOnlyList<AttemptId> attempts)
    {
        // The attempt table knows the last attempts of this process by itself.
    }

    public void RenewLease()
    {
        // Nothing of a simulated node outlives the process, so nobody asks.
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
