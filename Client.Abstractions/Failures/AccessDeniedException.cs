namespace Aurora.Client.Abstractions.Failures;

/// <summary>The key is missing, revoked, or lacks the scope.</summary>
public sealed class AccessDeniedException(string message) : AuroraMeshException(message);
