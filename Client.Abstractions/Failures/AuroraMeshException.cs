namespace Aurora.Client.Abstractions.Failures;

/// <summary>The mesh refused, failed, or could not be reached.</summary>
public class AuroraMeshException(string message, Exception? innerException = null) : Exception(message, innerException);
