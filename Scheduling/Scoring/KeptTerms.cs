using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Aurora.Scheduling.Scoring;

/// <summary>The terms that a policy counts, as they are kept of every running attempt for whoever asks why it is where it is: to six digits, in 32 bytes.</summary>
[InlineArray(KeptTerms.Max)]
internal struct KeptTerms
{
    /// <summary>The most terms that one policy counts.</summary>
    public const int Max = 8;

    private const int Digits = 6;

    private float first;

    /// <summary>Keeps what the weights count.</summary>
    public static KeptTerms Of(in ScoreTerms terms, in ScoreTerms weights)
    {
        var kept = default(KeptTerms);
        var values = Values(in terms);
        var counted = Values(in weights);
        var count = 0;
        for (var term = 0; term < values.Length; term++)
        {
            if (counted[term] > 0)
            {
                Debug.Assert(count < Max, "A policy counts more terms than are kept.");
                kept[count++] = (float)values[term];
            }
        }

        return kept;
    }

    /// <summary>What was kept, with 0 for what the same weights do not count.</summary>
    public readonly ScoreTerms Under(in ScoreTerms weights)
    {
        var terms = default(ScoreTerms);
        var values = MemoryMarshal.Cast<ScoreTerms, double>(new Span<ScoreTerms>(ref terms));
        var counted = Values(in weights);
        var count = 0;
        for (var term = 0; term < values.Length; term++)
        {
            if (counted[term] > 0)
            {
                values[term] = Math.Round(this[count++], Digits);
            }
        }

        return terms;
    }

    private static ReadOnlySpan<double> Values(in ScoreTerms terms) => MemoryMarshal.Cast<ScoreTerms, double>(new ReadOnlySpan<ScoreTerms>(in terms));
}
