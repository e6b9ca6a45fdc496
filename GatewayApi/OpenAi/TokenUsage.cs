using System.Text.Json;

namespace Aurora.GatewayApi.OpenAi;

/// <summary>What an inference server says that an answer took, in its <c>usage</c>.</summary>
internal readonly record struct TokenUsage(long Input, long Output)
{
    private const string Member = "\"usage\"";

    /// <summary>The usage in an answer, or in an event of a streamed one; null where it says none.</summary>
    public static TokenUsage? In(string text)
    {
        if (!text.Contains(Member, StringComparison.Ordinal))
        {
            return null;
        }

        try
        {
            using var answer = JsonDocument.Parse(text);
            return answer.RootElement.ValueKind is JsonValueKind.Object
                && answer.RootElement.TryGetProperty("usage", out var usage) && usage.ValueKind is JsonValueKind.Object
                    ? new TokenUsage(Count(usage, "prompt_tokens") ?? 0, Count(usage, "completion_tokens") ?? 0)
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A server may say anything; what is no count is none.
    private static long? Count(JsonElement usage, string name) =>
        usage.TryGetProperty(name, out var tokens) && tokens.ValueKind is JsonValueKind.Number && tokens.TryGetInt64(out var count) && count >= 0 ? count : null;
}
