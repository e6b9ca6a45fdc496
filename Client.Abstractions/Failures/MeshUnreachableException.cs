namespace Aurora.Client.Abstractions.Failures;

/// <summary>
/// No address of the mesh gave an answer, after repeats. A submit that ends so may have been committed: submit again with the
/// same <see cref="SubmitOptions.IdempotencyKey"/>.
/// </summary>
public sealed class MeshUnreachableException(string message, Exception? innerException = null) : AuroraMeshException(message, innerException);
