using System.Globalization;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.QueuePolicy;

namespace Aurora.Scheduling.Queueing;

/// <summary>
/// Places in line by service: priority first, and among tasks of equal priority whoever had or needs little before whoever had or needs
/// much. The order is the one that <see cref="QueueRound"/> decides by. A place never moves while a task waits, since only a running task
/// attains service, and is overtaken only by submissions within the largest handicap for each level of priority: nobody starves.
/// </summary>
/// <param name="settings">Levels and handicaps.</param>
/// <param name="expect">How long tasks of a shape take; null where nobody knows.</param>
internal sealed class ServiceTurns(QueuePolicySettings settings, Func<TaskShape, TimeSpan?> expect)
{
    private readonly ServiceOrder order = new(settings);

    public QueueKey KeyOf(PendingTask task, TimeSpan agingStep)
    {
        var handicap = order.HandicapSeconds(GpusOf(task), task.AttainedGpuSeconds, LeftOf(task)?.TotalSeconds);
        return QueueKey.Of(task, agingStep, TimeSpan.FromSeconds(order.HandicapMaxSeconds), TimeSpan.FromSeconds(handicap));
    }

    /// <summary>What a person is told of a task that others pass for its service; null for one that nobody passes.</summary>
    public string? Tell(PendingTask task)
    {
        var left = LeftOf(task);
        var gpuSeconds = left?.TotalSeconds * GpusOf(task) ?? task.AttainedGpuSeconds;
        var level = order.LevelOf(gpuSeconds);
        return level == 0 ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"{(left is null ? $"it has had {gpuSeconds / 3_600:0.#} GPU hours" : $"it needs about {gpuSeconds / 3_600:0.#} more GPU hours")}, and tasks of its priority with less than {settings.LevelGpuSeconds[level - 1] / 3_600:0.#} go first");
    }

    /// <summary>How long it still runs. One that is overdue is taken to need half as long again as it took.</summary>
    private TimeSpan? LeftOf(PendingTask task)
    {
        if ((task.Duration ?? expect(task.Shapes[0])) is not { } duration)
        {
            return null;
        }

        var had = TimeSpan.FromSeconds(task.AttainedGpuSeconds / GpusOf(task));
        return duration - had > had / 2 ? duration - had : had / 2;
    }

    // A task with several shapes has one turn, by the one that it prefers.
    private static int GpusOf(PendingTask task) => Math.Max(1, task.Shapes[0].GpuCount) * task.Shapes[0].Nodes;
}
