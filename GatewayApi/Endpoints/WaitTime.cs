using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>A duration in a query: <c>30s</c>, <c>500ms</c>, <c>1m</c>, <c>1h</c>, or plain seconds.</summary>
internal static class WaitTime
{
    public const string Expected = "must be a duration from 0 to 60 s, such as 30s, 500ms or 30";

    /// <summary>Longest wait of one grain call; a longer wait repeats it.</summary>
    public static readonly TimeSpan OneCallMax = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Max = TimeSpan.FromSeconds(60);

    /// <summary>False when the text is no duration in range; absent is zero.</summary>
    public static bool TryParse(StringValues text, out TimeSpan wait) => TryParse(text, Max, out wait);

    /// <summary>The same with another longest duration.</summary>
    public static bool TryParse(StringValues text, TimeSpan max, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (text.Count == 0)
        {
            return true;
        }

        var value = text.ToString().Trim();
        var (digits, secondsPerUnit) = value switch
        {
            _ when value.EndsWith("ms", StringComparison.Ordinal) => (value[..^2], 0.001),
            _ when value.EndsWith('s') => (value[..^1], 1.0),
            _ when value.EndsWith('m') => (value[..^1], 60.0),
            _ when value.EndsWith('h') => (value[..^1], 3600.0),
            _ => (value, 1.0),
        };
        if (!double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            || count * secondsPerUnit > max.TotalSeconds)
        {
            return false;
        }

        wait = TimeSpan.FromSeconds(count * secondsPerUnit);
        return true;
    }
}
