using System.Runtime.CompilerServices;

namespace Aurora.Client.Abstractions.Testing;

/// <summary>A list that only grows, and whose readers can wait for what comes.</summary>
internal sealed class InMemoryFeed<T>
{
    private readonly Lock gate = new();
    private readonly List<T> items = [];
    private TaskCompletionSource changed = NewSignal();

    /// <summary>Adds what is made of its number, from 0.</summary>
    public void Add(Func<int, T> make)
    {
        TaskCompletionSource waiting;
        lock (gate)
        {
            items.Add(make(items.Count));
            waiting = changed;
            changed = NewSignal();
        }

        waiting.TrySetResult();
    }

    /// <summary>What there is from a number on, and what completes when there is more.</summary>
    public (IReadOnlyList<T> Items, Task More) Read(int from)
    {
        lock (gate)
        {
            return (items[Math.Min(from, items.Count)..], changed.Task);
        }
    }

    /// <summary>What there is from a number on and what comes, until the reader goes or <paramref name="end"/> completes.</summary>
    public async IAsyncEnumerable<T> FollowAsync(int from, Task end, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            // Asked before the items are read: what was written before the end is not missed.
            var isOver = end.IsCompleted;
            var (news, more) = Read(from);
            foreach (var item in news)
            {
                yield return item;
            }

            from += news.Count;
            if (isOver)
            {
                yield break;
            }

            await Task.WhenAny(more, end).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
