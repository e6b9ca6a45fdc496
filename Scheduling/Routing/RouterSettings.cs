namespace Aurora.Scheduling.Routing;

/// <summary>The configuration of <see cref="RequestRouter"/>.</summary>
/// <param name="FirstTokenSeconds">Time within which the first token is due; above 0.</param>
/// <param name="Margin">
/// Share of that time which an estimate may use up, since estimates err; above 0, at most 1.
/// </param>
/// <param name="Deviations">How many standard deviations a late slot may be late without the request being late; at least 0.</param>
public sealed record RouterSettings(double FirstTokenSeconds, double Margin = 0.9, double Deviations = 3)
{
    /// <summary>Throws <see cref="ArgumentException"/> that names the setting and what it must be.</summary>
    public void Validate()
    {
        if (!(FirstTokenSeconds > 0))
        {
            throw new ArgumentException($"{nameof(FirstTokenSeconds)} must be above 0.", nameof(FirstTokenSeconds));
        }

        if (!(Deviations >= 0))
        {
            throw new ArgumentException($"{nameof(Deviations)} must be at least 0.", nameof(Deviations));
        }

        if (Margin is not (> 0 and <= 1))
        {
            throw new ArgumentException($"{nameof(Margin)} must be above 0 and at most 1.", nameof(Margin));
        }
    }
}
