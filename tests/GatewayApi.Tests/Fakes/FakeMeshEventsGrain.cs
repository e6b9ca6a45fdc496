using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Events;

namespace Aurora.GatewayApi.Tests.Fakes;

public sealed class FakeMeshEventsGrain(FakeMesh mesh) : Grain, IMeshEventsGrain
{
    public Task<EventPage> ReadAsync(long after)
    {
        var all = Happened();
        var hasGap = after < mesh.OldestEvent - 1;
        return Task.FromResult(new EventPage(
            [.. all.Where(happened => happened.Position >= mesh.OldestEvent && (hasGap || happened.Position > after))], NextOf(all), hasGap, mesh.OldestEvent));
    }

    public Task<EventPage> ReadLatestAsync(int count, string? taskId)
    {
        var all = Happened();
        return Task.FromResult(new EventPage(
            [.. all.Where(happened => happened.Position >= mesh.OldestEvent && (taskId is null || happened.TaskId == taskId)).TakeLast(count)],
            NextOf(all),
            HasGap: false,
            mesh.OldestEvent));
    }

    public Task AttemptsStartedAsync(AttemptStart[] started) => Task.CompletedTask;

    // What a test makes happen is of the default pool.
    private MeshEvent[] Happened() => this.GetPrimaryKeyString() == MeshConstants.DefaultPool ? [.. mesh.Events] : [];

    private static long NextOf(MeshEvent[] all) => all.Length == 0 ? 0 : all[^1].Position;
}
