namespace Aurora.Scheduling.QueuePolicy;

/// <summary>
/// One round of the queue policy: tasks in order of their turn each keep their place, take free GPUs, or, where the
/// policy preempts, take GPUs of tasks whose turn is later. Whoever lost its GPUs comes to its turn in the same round.
/// </summary>
public sealed class QueueRound
{
    private readonly QueuePolicySettings settings;
    private readonly ServiceOrder order;

    /// <summary>Throws <see cref="ArgumentException"/> on a setting out of range.</summary>
    public QueueRound(QueuePolicySettings settings)
    {
        order = new ServiceOrder(settings);
        this.settings = settings;
    }

    /// <summary>Decides who runs. Throws <see cref="ArgumentException"/> where the running tasks hold more than a node has.</summary>
    public QueuePlan Plan(IReadOnlyList<QueuedTask> tasks, IReadOnlyList<GpuNode> nodes)
    {
        var sorted = order.Sort(tasks);
        var board = new ClaimBoard(nodes, sorted, settings);
        var starts = new List<QueueStart>();
        if (!settings.Preemptive)
        {
            foreach (var running in sorted.Where(task => task.IsRunning))
            {
                board.Keep(running);
            }
        }

        foreach (var task in sorted)
        {
            if (board.Unclaimed == 0)
            {
                break;
            }

            if (task.IsRunning && !board.IsEvicted(task))
            {
                if (settings.Preemptive && !Moves(task, board, starts))
                {
                    board.Keep(task);
                }
            }
            else if (board.Claim(task) is { } place)
            {
                starts.Add(new QueueStart(task, place));
            }
            else if (settings.StrictHead)
            {
                break;
            }
        }

        return new QueuePlan([.. sorted.Where(board.IsEvicted)], starts);
    }

    private bool Moves(QueuedTask task, ClaimBoard board, List<QueueStart> starts)
    {
        if (double.IsInfinity(settings.MoveSpeedup) || board.FasterFree(task, settings.MoveSpeedup) is not { } place)
        {
            return false;
        }

        // A move has to earn back its restart; a task is taken to go on for as long as it has gone so far.
        var remaining = task.RemainingSeconds ?? task.AttainedGpuSeconds / task.Gpus;
        var saved = (remaining / board.SpeedOf(task, task.Place)) - (remaining / board.SpeedOf(task, place));
        if (saved <= settings.RestartSeconds)
        {
            return false;
        }

        board.Move(task, place);
        starts.Add(new QueueStart(task, place));
        return true;
    }
}
