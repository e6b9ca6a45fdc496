namespace Aurora.Cli;

/// <summary>A value of the command line that cannot be meant; the message says what it must be.</summary>
internal sealed class UsageException(string message) : Exception(message);
