using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aurora.Client.Http.Json;

/// <summary>Times are Unix seconds with a fraction, or RFC 3339 text where the name of the member ends in <c>_at</c> of a node.</summary>
internal sealed class UnixSecondsConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String
            ? reader.GetDateTimeOffset()
            : DateTimeOffset.UnixEpoch.AddTicks((long)Math.Round(reader.GetDouble() * 1e6) * TimeSpan.TicksPerMicrosecond);

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteNumberValue((value.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond / 1e6);
}
