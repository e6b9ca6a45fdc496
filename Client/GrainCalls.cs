
namespace Aurora.Client;

/// <summary>
/// Repeats a call that nobody answered. Every grain method of the mesh is safe to repeat. A repeat for which <see cref="RetryBudget"/> has
/// no token is sat out.
/// </summary>
internal sealed class GrainCalls(TimeProvider time)
{
    private const int TriesMax = 8;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);

    private readonly RetryBudget budget = new(time);

    /// <exception cref="MeshUnreachableException">Nobody answered, after repeats.</exception>
    public async Task<T> RunAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        Exception? last = null;
        for (var tries = 1; ; tries++)
        {
            try
            {
                if (tries == 1 || budget.TryTake())
                {
                    var answer = await call().WaitAsync(cancellationToken);
                    budget.Answered(wasRepeat: tries > 1);
                    return answer;
                }
            }
            catch (Exception failure) when (failure is MeshUnavailableException or TimeoutException or OrleansException
                or OperationCanceledException { CancellationToken.IsCancellationRequested: false })
            {
                last = failure;
            }

            if (tries == TriesMax)
            {
                throw new MeshUnreachableException($"The mesh does not serve this call: {last!.Message}", last);
            }

            // Calls that failed together are repeated apart.
            await Task.Delay(FirstDelay * Math.Pow(2, tries - 1) * (1 + (0.5 * Random.Shared.NextDouble())), time, cancellationToken);
        }
    }
}
