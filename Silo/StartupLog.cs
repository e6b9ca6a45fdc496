namespace Aurora.Silo;

/// <summary>
/// Ends the log when the start is refused: what the host has to say of its own unwinding would bury the one line that a
/// person needs.
/// </summary>
internal sealed class StartupLog
{
    private volatile bool silent;

    public void Silence() => silent = true;

    /// <summary>Whether a line of the host is shown: what is below information is for those who mend the host.</summary>
    public bool Lets(LogLevel level) => !silent && level >= LogLevel.Information;
}
