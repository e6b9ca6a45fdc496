using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Aurora.GatewayApi.Json;

/// <summary>Writes JSON texts that others made into an answer without letting a broken one break the answer.</summary>
internal static class RawJson
{
    /// <summary>Depth that any stored text may have; the edge refuses more than 64.</summary>
    private const int DepthMax = 128;

    /// <summary>Writes <paramref name="json"/> as it is, or as a JSON string when it is not JSON.</summary>
    public static void Write(Utf8JsonWriter writer, string json)
    {
        var bytes = Encoding.UTF8.GetByteCount(json);
        var rented = ArrayPool<byte>.Shared.Rent(bytes);
        try
        {
            var utf8 = rented.AsSpan(0, Encoding.UTF8.GetBytes(json, rented));
            if (IsJson(utf8))
            {
                writer.WriteRawValue(utf8, skipInputValidation: true);
            }
            else
            {
                writer.WriteStringValue(json);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Writes the members of the JSON object <paramref name="json"/> that <paramref name="isReserved"/> does not claim.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, string json, Func<string, bool> isReserved)
    {
        if (json is "{}" or "")
        {
            return;
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = DepthMax });
        }
        catch (JsonException)
        {
            return;
        }

        using (document)
        {
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
            {
                return;
            }

            foreach (var member in document.RootElement.EnumerateObject().Where(member => !isReserved(member.Name)))
            {
                member.WriteTo(writer);
            }
        }
    }

    private static bool IsJson(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = DepthMax });
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
