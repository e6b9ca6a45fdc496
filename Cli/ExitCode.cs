namespace Aurora.Cli;

/// <summary>How the program ends; documented in <c>docs/cli.md</c>.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>The mesh did what was asked and the answer is no: a task failed, a check of the doctor did not pass.</summary>
    public const int Failure = 1;

    /// <summary>The command line, or a value in it, cannot be meant.</summary>
    public const int Usage = 2;

    public const int NotFound = 3;

    public const int Unreachable = 4;

    public const int AccessDenied = 5;

    /// <summary>A wait ended before the task did.</summary>
    public const int Timeout = 6;

    public const int Interrupted = 130;
}
