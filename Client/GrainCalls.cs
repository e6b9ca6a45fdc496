
namespace Aurora.Client;

/// <summary>Repeats a call that nobody answered. Every grain method of the mesh is safe to repeat.</summary>
internal sealed class GrainCalls(TimeProvider time)
{
    private const int TriesMax = 8;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);

    /// <exception cref="MeshUnreachableException">Nobody answered, after repeats.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await call().WaitAsync(cancellationToken);
            }
            catch (Exception failure) when (failure is MeshUnavailableException or TimeoutException or OrleansException
                or OperationCanceledException { CancellationToken.IsCancellationRequested: false })
            {
                if (tries == TriesMax)
                {
                    throw new MeshUnreachableException($"The mesh does not serve this call: {failure.Message}", failure);
                }
            }

            await Task.Delay(FirstDelay * Math.Pow(2, tries - 1), time, cancellationToken);
        }
    }
}
