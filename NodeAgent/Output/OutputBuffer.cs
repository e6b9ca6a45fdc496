using System.Diagnostics.CodeAnalysis;
using Aurora.Grains.Interfaces.Output;

namespace Aurora.NodeAgent.Output;

/// <summary>
/// The newest output of one attempt: what was not sent yet, and what was, in case the mesh loses it. Pieces are numbered from 0.
/// Thread-safe, and never calls out.
/// </summary>
internal sealed class OutputBuffer
{
    /// <summary>Characters that are kept.</summary>
    public const int CharactersMax = 512 << 10;

    private readonly Lock gate = new();
    private readonly Queue<OutputPiece> pieces = new();
    private long first;
    private long acknowledged;
    private long characters;
    private long unacknowledged;
    private bool complete;
    private TaskCompletionSource changed = NewSignal();
    private TaskCompletionSource drained = NewSignal();

    public void Write(OutputKind kind, string text)
    {
        lock (gate)
        {
            if (complete)
            {
                return;
            }

            pieces.Enqueue(new OutputPiece(kind, text));
            characters += text.Length;
            unacknowledged += text.Length;
            while (characters > CharactersMax && pieces.Count > 1)
            {
                DropFirst();
            }

            changed.TrySetResult();
        }
    }

    /// <summary>The next piece has this number: where it is not the one that would follow, what is here lies before a gap and goes.</summary>
    public void SkipTo(long number)
    {
        lock (gate)
        {
            if (!complete && number > first + pieces.Count)
            {
                pieces.Clear();
                (first, characters, unacknowledged) = (number, 0, 0);
                drained.TrySetResult();
            }
        }
    }

    /// <summary>Nothing follows.</summary>
    public void Complete()
    {
        lock (gate)
        {
            complete = true;
            changed.TrySetResult();
        }
    }

    /// <summary>What to send next from <paramref name="from"/> on, up to about <paramref name="charactersMax"/>; null when there is nothing.</summary>
    public OutputBatch? Take(int attempt, long from, int charactersMax)
    {
        lock (gate)
        {
            var end = first + pieces.Count;
            from = Math.Clamp(from, first, end);
            var taken = new List<OutputPiece>();
            var size = 0;
            foreach (var piece in pieces.Skip((int)(from - first)))
            {
                if (size > 0 && size + piece.Text.Length > charactersMax)
                {
                    break;
                }

                taken.Add(piece);
                size += piece.Text.Length;
            }

            if (taken.Count == 0 && !complete)
            {
                changed = changed.Task.IsCompleted ? NewSignal() : changed;
                return null;
            }

            return new OutputBatch(attempt, from, first, [.. taken], complete && from + taken.Count == end);
        }
    }

    /// <summary>A question to the mesh how far it is, from a node that stands at <paramref name="from"/>.</summary>
    public OutputBatch Ask(int attempt, long from)
    {
        lock (gate)
        {
            return new OutputBatch(attempt, from, first, [], IsLast: false);
        }
    }

    /// <summary>Ends when <see cref="Take"/> may have something.</summary>
    public Task WaitAsync()
    {
        lock (gate)
        {
            return changed.Task;
        }
    }

    /// <summary>The mesh has everything before <paramref name="next"/>.</summary>
    public void Acknowledge(long next)
    {
        lock (gate)
        {
            if (next <= acknowledged)
            {
                return;
            }

            var known = Math.Max(acknowledged, first);
            unacknowledged -= pieces.Skip((int)(known - first)).Take((int)Math.Max(0, next - known)).Sum(piece => piece.Text.Length);
            acknowledged = next;
            if (unacknowledged < CharactersMax / 2)
            {
                drained.TrySetResult();
            }
        }
    }

    /// <summary>Ends once at least half of the room is free.</summary>
    public bool HasRoom([NotNullWhen(false)] out Task? room)
    {
        lock (gate)
        {
            if (unacknowledged < CharactersMax / 2 || complete)
            {
                room = null;
                return true;
            }

            drained = drained.Task.IsCompleted ? NewSignal() : drained;
            room = drained.Task;
            return false;
        }
    }

    /// <summary>Nobody wants the output any more.</summary>
    public void Discard()
    {
        lock (gate)
        {
            complete = true;
            pieces.Clear();
            (characters, unacknowledged) = (0, 0);
            changed.TrySetResult();
            drained.TrySetResult();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void DropFirst()
    {
        var dropped = pieces.Dequeue();
        characters -= dropped.Text.Length;
        if (first >= acknowledged)
        {
            unacknowledged -= dropped.Text.Length;
        }

        first++;
    }
}
