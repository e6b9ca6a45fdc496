using System.Text;
using System.Text.Json;

namespace Aurora.GatewayApi.Json;

/// <summary>Changes one member of a JSON object and leaves every other byte as it was written.</summary>
internal static class JsonMember
{
    /// <summary>The object with another value for the member, everywhere it stands; itself without it.</summary>
    /// <param name="json">A valid JSON object.</param>
    /// <param name="name">The member's name.</param>
    /// <param name="value">JSON text.</param>
    public static string Replace(string json, ReadOnlySpan<byte> name, string value)
    {
        var utf8 = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(utf8);
        var changed = new StringBuilder(json.Length + value.Length);
        var copied = 0;
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isMeant = reader.ValueTextEquals(name);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isMeant)
            {
                changed.Append(Encoding.UTF8.GetString(utf8.AsSpan(copied..start))).Append(value);
                copied = (int)reader.BytesConsumed;
            }
        }

        return changed.Append(Encoding.UTF8.GetString(utf8.AsSpan(copied..))).ToString();
    }
}
