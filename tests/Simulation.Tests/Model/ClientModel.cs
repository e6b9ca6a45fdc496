using Aurora.Scheduling.Model;

namespace Aurora.Simulation.Tests.Model;

/// <summary>Submits a task, repeats it under the same id while it hears nothing, and now and then cancels it.</summary>
internal sealed class ClientModel(World world, PendingTask task) : Part(world)
{
    private const int PatienceMs = 4000;
    private const int TriesMax = 6;
    private const int CancelPercent = 4;

    private bool answered;
    private int tries;

    public void Begin()
    {
        if (answered || tries++ == TriesMax)
        {
            return;
        }

        World.Send(() =>
        {
            var scheduler = World.Scheduler();
            scheduler.Call(() => scheduler.Submit(task, Answer));
        });
        After(PatienceMs, Begin);
    }

    // The line between gateway and client may fail as any other.
    private void Answer(bool accepted) => World.Send(() =>
    {
        if (!accepted || answered)
        {
            return;
        }

        answered = true;
        World.Truth.Accept(task.TaskId);
        if (World.Random.Next(100) < CancelPercent)
        {
            World.After(World.Random.Next(5000), () => World.Send(() =>
            {
                var scheduler = World.Scheduler();
                scheduler.Call(() => scheduler.Cancel(task));
            }));
        }
    });
}
