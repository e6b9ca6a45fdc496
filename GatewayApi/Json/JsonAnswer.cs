using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Aurora.GatewayApi.Json;

/// <summary>Writes whole JSON answers with their length, so that no answer is chunked without need.</summary>
internal static class JsonAnswer
{
    public const string MediaType = "application/json; charset=utf-8";

    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Task WriteAsync<T>(
        HttpContext context, T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK, string mediaType = MediaType) =>
        WriteAsync(context, JsonSerializer.SerializeToUtf8Bytes(value, type), status, mediaType);

    public static Task WriteAsync<T>(HttpContext context, T state, Action<Utf8JsonWriter, T> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            write(writer, state);
        }

        return WriteAsync(context, buffer.WrittenMemory, StatusCodes.Status200OK, MediaType);
    }

    /// <summary>Writes JSON text that is ready.</summary>
    public static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> body, int status) => WriteAsync(context, body, status, MediaType);

    private static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> body, int status, string mediaType)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = mediaType;
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }
}
