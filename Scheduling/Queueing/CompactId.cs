using System.Buffers;
using System.Globalization;

namespace Aurora.Scheduling.Queueing;

/// <summary>
/// A task id of the form that the mesh gives, as numbers: <c>task_</c>, 32 hexadecimal digits and, for a task of a group, <c>-</c> and its number.
/// 20 bytes where the text takes 96 or 112. Sorts as the texts do.
/// </summary>
/// <param name="High">The first 16 digits.</param>
/// <param name="Low">The last 16 digits.</param>
/// <param name="Number">The number in the group, at most 999,999; <see cref="Alone"/> without one.</param>
internal readonly record struct CompactId(ulong High, ulong Low, int Number) : IComparable<CompactId>
{
    /// <summary>Instead of the number of a task that is in no group.</summary>
    public const int Alone = -1;

    private const string Prefix = "task_";
    private const int DigitsEnd = 37;
    private const int GroupEnd = 44;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>False for an id of another form: only what <see cref="ToString"/> gives back exactly is taken.</summary>
    public static bool TryParse(string taskId, out CompactId id)
    {
        id = default;
        if (taskId.Length is not (DigitsEnd or GroupEnd) || !taskId.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var digits = taskId.AsSpan(Prefix.Length, DigitsEnd - Prefix.Length);
        if (digits.ContainsAnyExcept(HexDigits))
        {
            return false;
        }

        var number = Alone;
        if (taskId.Length == GroupEnd
            && (taskId[DigitsEnd] != '-' || !int.TryParse(taskId.AsSpan(DigitsEnd + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number)))
        {
            return false;
        }

        id = new CompactId(Parse(digits[..16]), Parse(digits[16..]), number);
        return true;
    }

    public int CompareTo(CompactId other)
    {
        var order = High.CompareTo(other.High);
        if (order == 0)
        {
            order = Low.CompareTo(other.Low);
        }

        return order != 0 ? order : Number.CompareTo(other.Number);
    }

    public override string ToString() => Number == Alone
        ? string.Create(CultureInfo.InvariantCulture, $"{Prefix}{High:x16}{Low:x16}")
        : string.Create(CultureInfo.InvariantCulture, $"{Prefix}{High:x16}{Low:x16}-{Number:D6}");

    private static ulong Parse(ReadOnlySpan<char> digits) => ulong.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
