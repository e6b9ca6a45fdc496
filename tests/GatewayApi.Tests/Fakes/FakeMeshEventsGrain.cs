using Aurora.Grains.Interfaces.Events;

namespace Aurora.GatewayApi.Tests.Fakes;

public sealed class FakeMeshEventsGrain(FakeMesh mesh) : Grain, IMeshEventsGrain
{
    public Task<EventPage> ReadAsync(long after)
    {
        var all = mesh.Events.ToArray();
        var hasGap = after < mesh.OldestEvent - 1;
        return Task.FromResult(new EventPage(
            [.. all.Where(happened => happened.Position >= mesh.OldestEvent && (hasGap || happened.Position > after))], NextOf(all), hasGap, mesh.OldestEvent));
    }

    public Task<EventPage> ReadLatestAsync(int count, string? taskId)
    {
        var all = mesh.Events.ToArray();
        return Task.FromResult(new EventPage(
            [.. all.Where(happened => happened.Position >= mesh.OldestEvent && (taskId is null || happened.TaskId == taskId)).TakeLast(count)],
            NextOf(all),
            HasGap: false,
            mesh.OldestEvent));
    }

    public Task AttemptsStartedAsync(AttemptStart[] started) => Task.CompletedTask;

    private static long NextOf(MeshEvent[] all) => all.Length == 0 ? 0 : all[^1].Position;
}
