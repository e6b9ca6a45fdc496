namespace Aurora.Client.Abstractions.Failures;

/// <summary>The tenant, or the pool, has as many tasks in line as it may have, also after repeats. Nothing was accepted; submit again later.</summary>
public sealed class QueueFullException(string message, Exception? innerException = null) : AuroraMeshException(message, innerException);
