using System.Buffers;
using Aurora.GatewayApi.Problems;
using Microsoft.Net.Http.Headers;

namespace Aurora.GatewayApi.Submissions;

/// <summary>Reads bodies without trusting their size, and says which media types they may have.</summary>
internal static class RequestBody
{
    /// <summary>
    /// The whole body, still owned by the pipe, or null when it is larger than <paramref name="bytesMax"/>. The caller
    /// advances the pipe once it has read the sequence.
    /// </summary>
    public static async ValueTask<ReadOnlySequence<byte>?> ReadAsync(HttpRequest request, int bytesMax, CancellationToken cancellation)
    {
        if (request.ContentLength > bytesMax)
        {
            return null;
        }

        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellation);
            if (read.Buffer.Length > bytesMax)
            {
                request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                return null;
            }

            if (read.IsCompleted)
            {
                return read.Buffer;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Null when the body is announced as JSON, otherwise the refusal.</summary>
    public static Problem? RefuseUnlessJson(HttpRequest request, params ReadOnlySpan<string> alsoAllowed)
    {
        if (request.Headers.ContentEncoding.Count > 0)
        {
            return Problem.WrongMediaType("Send the body as it is, without Content-Encoding.");
        }

        var type = request.ContentType;
        if (type is null)
        {
            return Problem.WrongMediaType("Say what the body is: send the header 'Content-Type: application/json'.");
        }

        // The usual spelling needs no parsing.
        if (type == "application/json")
        {
            return null;
        }

        if (MediaTypeHeaderValue.TryParse(type, out var parsed)
            && (parsed.Charset.Length == 0 || parsed.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            var media = parsed.MediaType.Value ?? "";
            if (media.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase)
                || IsOneOf(media, alsoAllowed))
            {
                return null;
            }
        }

        var hint = type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
            ? " With curl, add -H 'Content-Type: application/json'."
            : "";
        return Problem.WrongMediaType($"The body must be application/json in UTF-8, not {type}.{hint}");
    }

    private static bool IsOneOf(string media, ReadOnlySpan<string> allowed)
    {
        foreach (var candidate in allowed)
        {
            if (media.Equals(candidate, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
