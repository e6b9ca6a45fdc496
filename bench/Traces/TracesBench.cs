using Aurora.Bench.Traces.Cost;
using Aurora.Bench.Traces.Inference;
using Aurora.Bench.Traces.Packing;
using Aurora.Bench.Traces.Queue;

namespace Aurora.Bench.Traces;

/// <summary>Replays public traces through the production policies and writes decision logs; <c>--all</c> runs the whole protocol.</summary>
internal static class TracesBench
{
    private const string All = "--all";

    private static readonly Dictionary<string, Action<TraceOptions>> Tests = new(StringComparer.Ordinal)
    {
        ["T1"] = PackingTest.Run,
        ["T2"] = ChurnTest.Run,
        ["T3"] = QueueTest.Run,
        ["T4"] = CostTest.Run,
        ["T5"] = RentTest.Run,
        ["T6"] = InferenceTest.Run,
    };

    public static int Run(string[] args)
    {
        try
        {
            string[] rest = [.. args.Where(arg => arg != All)];
            foreach (var run in args.Contains(All) ? ProtocolRuns.All : [[]])
            {
                Run(new TraceOptions([.. run, .. rest]));
            }

            return 0;
        }
        catch (Exception error) when (error is ArgumentException or IOException or InvalidDataException or FormatException or KeyNotFoundException)
        {
            Console.Error.WriteLine(error.Message);
            return 2;
        }
    }

    private static void Run(TraceOptions options)
    {
        if (!Tests.TryGetValue(options.Test, out var test))
        {
            throw new ArgumentException($"--test must be one of {string.Join(", ", Tests.Keys)}.");
        }

        test(options);
    }
}
