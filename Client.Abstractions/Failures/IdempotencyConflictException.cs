namespace Aurora.Client.Abstractions.Failures;

/// <summary>The <see cref="SubmitOptions.IdempotencyKey"/> was used before for something else. Nothing was accepted.</summary>
public sealed class IdempotencyConflictException(string message) : AuroraMeshException(message);
