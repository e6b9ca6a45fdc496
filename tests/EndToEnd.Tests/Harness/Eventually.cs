using System.Diagnostics;

namespace Aurora.EndToEnd.Tests.Harness;

/// <summary>Waits for something to become true. Only a deadline far beyond any honest duration ends it.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    /// <summary>Asks until the answer is as expected, and returns that answer.</summary>
    /// <param name="expected">What is waited for, in words, for the failure message.</param>
    /// <param name="evidence">What to show beside the last answer when it never comes, e.g. the process output.</param>
    public static async Task<T> SeeAsync<T>(string expected, Func<Task<T>> ask, Func<T, bool> isExpected, Func<string>? evidence = null, TimeSpan? deadline = null)
    {
        var started = Stopwatch.GetTimestamp();
        var limit = deadline ?? Deadline;
        while (true)
        {
            object? last;
            try
            {
                var answer = await ask();
                if (isExpected(answer))
                {
                    return answer;
                }

                last = answer;
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException or IOException)
            {
                last = failure.Message;
            }

            if (Stopwatch.GetElapsedTime(started) > limit)
            {
                Assert.Fail($"Expected within {limit.TotalSeconds:F0} s: {expected}\nLast seen: {last}\n{evidence?.Invoke()}");
            }

            await Task.Delay(Pause);
        }
    }

    /// <summary>Waits for a task with the deadline, and says what was waited for when it does not end.</summary>
    public static async Task<T> GetAsync<T>(string expected, Task<T> task, Func<string>? evidence = null, TimeSpan? deadline = null)
    {
        var limit = deadline ?? Deadline;
        if (await Task.WhenAny(task, Task.Delay(limit)) != task)
        {
            Assert.Fail($"Expected within {limit.TotalSeconds:F0} s: {expected}\n{evidence?.Invoke()}");
        }

        return await task;
    }
}
