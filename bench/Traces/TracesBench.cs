using Aurora.Bench.Traces.Cost;
using Aurora.Bench.Traces.Inference;
using Aurora.Bench.Traces.Queue;

namespace Aurora.Bench.Traces;

/// <summary>Replays public traces through the production policies and writes decision logs.</summary>
internal static class TracesBench
{
    private static readonly Dictionary<string, Action<TraceOptions>> Tests = new(StringComparer.Ordinal)
    {
        ["T3"] = QueueTest.Run,
        ["T4"] = CostTest.Run,
        ["T6"] = InferenceTest.Run,
    };

    public static int Run(string[] args)
    {
        try
        {
            var options = new TraceOptions(args);
            if (!Tests.TryGetValue(options.Test, out var test))
            {
                throw new ArgumentException($"--test must be one of {string.Join(", ", Tests.Keys)}.");
            }

            test(options);
            return 0;
        }
        catch (Exception error) when (error is ArgumentException or IOException or InvalidDataException or FormatException)
        {
            Console.Error.WriteLine(error.Message);
            return 2;
        }
    }
}
