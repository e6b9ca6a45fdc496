using System.Text;

namespace Aurora.EndToEnd.Tests.Tracing;

/// <summary>
/// Reads spans from an <c>ExportTraceServiceRequest</c>: the few fields that the tests look at, by their numbers in
/// opentelemetry/proto/trace/v1/trace.proto and common/v1/common.proto.
/// </summary>
internal static class OtlpDecoder
{
    public static IEnumerable<OtlpSpan> Decode(byte[] request) =>
        from resourceSpans in Messages(request, 1)
        let service = Tags(Messages(resourceSpans, 1).First(), 1).GetValueOrDefault("service.name", "")
        from scopeSpans in Messages(resourceSpans, 2)
        let source = Text(Messages(scopeSpans, 1).First(), 1)
        from span in Messages(scopeSpans, 2)
        select new OtlpSpan(service, source, Text(span, 5), Hex(span, 1), Hex(span, 2), Hex(span, 4), Tags(span, 9));

    private static Dictionary<string, string> Tags(byte[] message, int field) => Messages(message, field)
        .Select(pair => (Key: Text(pair, 1), Value: Messages(pair, 2).Select(value => Text(value, 1)).FirstOrDefault("")))
        .ToDictionary(pair => pair.Key, pair => pair.Value);

    private static string Text(byte[] message, int field) => Encoding.UTF8.GetString(Messages(message, field).FirstOrDefault([]));

    private static string Hex(byte[] message, int field) => Convert.ToHexStringLower(Messages(message, field).FirstOrDefault([]));

    /// <summary>The length-delimited values of a field; the others are passed over.</summary>
    private static IEnumerable<byte[]> Messages(byte[] message, int field)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            switch (tag & 7)
            {
                case 0:
                    Varint(message, ref at);
                    break;
                case 1:
                    at += sizeof(ulong);
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    if ((int)(tag >> 3) == field)
                    {
                        yield return message[at..(at + length)];
                    }

                    at += length;
                    break;
                case 5:
                    at += sizeof(uint);
                    break;
                default:
                    throw new InvalidDataException($"A protobuf wire type {tag & 7} at {at}.");
            }
        }
    }

    private static ulong Varint(byte[] bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
