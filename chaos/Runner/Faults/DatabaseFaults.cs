using Aurora.Chaos.Runner.Database;

namespace Aurora.Chaos.Runner.Faults;

/// <summary>Faults of the database. They are no reason to run anything again, so they name no nodes.</summary>
internal sealed class DatabaseFaults(ChaosDatabase database)
{
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(4);

    private bool busy;

    /// <summary>Null while another fault has it.</summary>
    public Injection? Kill() => Take() ? new Injection(
        "postgres",
        [],
        async () =>
        {
            await database.KillAsync();
            return await database.CountOpenAsync() is null;
        },
        async () =>
        {
            await database.RestartAsync();
            busy = false;
            return false;
        }) : null;

    public Injection? Freeze() => Take() ? new Injection(
        "postgres",
        [],
        database.FreezeAsync,
        () =>
        {
            database.Thaw();
            busy = false;
            return Task.FromResult(false);
        }) : null;

    /// <summary>Hits when the server has complained of it.</summary>
    public Injection? FillDisk() => Take() ? new Injection(
        "postgres",
        [],
        () =>
        {
            database.FillDisk();
            return Task.FromResult(false);
        },
        async () =>
        {
            var complained = await database.FreeDiskAsync();
            busy = false;
            return complained;
        }) : null;

    /// <summary>The primary does not come back.</summary>
    public Injection? FailOver() => Take() ? new Injection(
        "primary",
        [],
        () => database.LosePrimaryAsync(Lag),
        async () =>
        {
            await database.PromoteAsync();
            busy = false;
            return false;
        }) : null;

    private bool Take()
    {
        if (busy)
        {
            return false;
        }

        return busy = true;
    }
}
