using System.Text;
using System.Text.Json;

namespace Aurora.GatewayApi.Embeddings;

/// <summary>Cuts a JSON object that holds a long list of inputs into several with a part of the list each. Everything else in it stays as it was written.</summary>
internal static class EmbeddingParts
{
    /// <summary>
    /// The parts in order; null when there is no list of more than <paramref name="size"/> inputs. The list is the member <c>input</c> of the
    /// object or of its member <c>payload</c>, or <c>payload</c> itself. A list of numbers is one input, as its tokens.
    /// </summary>
    public static IReadOnlyList<string>? Split(string json, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var utf8 = Encoding.UTF8.GetBytes(json);
        if (FindList(utf8) is not var (start, end) || ElementsOf(utf8.AsSpan(start..end)) is not { } elements || elements.Count <= size)
        {
            return null;
        }

        var before = Encoding.UTF8.GetString(utf8.AsSpan(..start));
        var after = Encoding.UTF8.GetString(utf8.AsSpan(end..));
        return
        [
            .. elements.Chunk(size).Select(chunk =>
                $"{before}[{Encoding.UTF8.GetString(utf8.AsSpan(start + chunk[0].Start, chunk[^1].End - chunk[0].Start))}]{after}"),
        ];
    }

    private static (int Start, int End)? FindList(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        reader.Read();
        return FindList(ref reader, mayBePayload: true);
    }

    /// <summary>The list in the object that the reader stands on.</summary>
    private static (int Start, int End)? FindList(ref Utf8JsonReader reader, bool mayBePayload)
    {
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isInput = reader.ValueTextEquals("input"u8);
            var isPayload = mayBePayload && reader.ValueTextEquals("payload"u8);
            reader.Read();
            if (isPayload && reader.TokenType is JsonTokenType.StartObject)
            {
                if (FindList(ref reader, mayBePayload: false) is { } inside)
                {
                    return inside;
                }

                continue;
            }

            var start = (int)reader.TokenStartIndex;
            var isList = reader.TokenType is JsonTokenType.StartArray;
            reader.Skip();
            if (isList && (isInput || isPayload))
            {
                return (start, (int)reader.BytesConsumed);
            }
        }

        return null;
    }

    /// <summary>Where each element is; null for a list of numbers.</summary>
    private static List<(int Start, int End)>? ElementsOf(ReadOnlySpan<byte> list)
    {
        var elements = new List<(int, int)>();
        var reader = new Utf8JsonReader(list);
        reader.Read();
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            if (reader.TokenType is JsonTokenType.Number)
            {
                return null;
            }

            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            elements.Add((start, (int)reader.BytesConsumed));
        }

        return elements;
    }
}
