namespace Aurora.Client.Abstractions;

/// <summary>How long a node may take to be emptied.</summary>
public static class NodeDrain
{
    /// <summary>The longest deadline.</summary>
    public static readonly TimeSpan DeadlineMax = TimeSpan.FromHours(24);

    /// <summary>Fails for a deadline that the mesh would refuse.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below zero or above <see cref="DeadlineMax"/>.</exception>
    public static void Require(TimeSpan deadline)
    {
        if (deadline < TimeSpan.Zero || deadline > DeadlineMax)
        {
            throw new ArgumentOutOfRangeException(nameof(deadline), deadline, "must be from 0 to 24 h");
        }
    }
}
