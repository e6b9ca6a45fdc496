namespace Aurora.Scheduling.Packing;

/// <summary>Which nodes a decision has seen, up to likeness: a mesh has few different ones, and alike ones cost the same.</summary>
internal sealed class AlikeNodes
{
    private PackNode?[] slots = [];

    public void Clear(int nodes)
    {
        var size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 2 * nodes));
        if (slots.Length < size)
        {
            slots = new PackNode?[size];
        }
        else
        {
            Array.Clear(slots);
        }
    }

    /// <summary>Whether no node like this one came before since <see cref="Clear"/>.</summary>
    public bool IsFirst(PackNode node)
    {
        var mask = slots.Length - 1;
        for (var at = (int)(node.Likeness() & (ulong)mask); ; at = (at + 1) & mask)
        {
            if (slots[at] is not { } seen)
            {
                slots[at] = node;
                return true;
            }

            if (seen.IsLike(node))
            {
                return false;
            }
        }
    }
}
