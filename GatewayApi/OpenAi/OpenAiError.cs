using System.Buffers;
using System.Text.Json;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Problems;

namespace Aurora.GatewayApi.OpenAi;

/// <summary>A refusal in the shape that OpenAI's clients read.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Type"><c>invalid_request_error</c>, <c>server_error</c> or <c>upstream_error</c>.</param>
/// <param name="Code">Stable name of the reason.</param>
/// <param name="Message">What is wrong, and what to do about it.</param>
/// <param name="Param">The member of the request that is at fault, or null.</param>
internal sealed record OpenAiError(int Status, string Type, string Code, string Message, string? Param = null)
{
    private const string InvalidRequest = "invalid_request_error";

    public static OpenAiError Invalid(string param, string message) =>
        new(StatusCodes.Status400BadRequest, InvalidRequest, "invalid_value", $"'{param}' {message}.", param);

    public static OpenAiError UnknownModel(string model, IReadOnlyCollection<string> known) => new(
        StatusCodes.Status404NotFound, InvalidRequest, "model_not_found",
        known.Count == 0
            ? $"The model '{model}' does not exist: no node of the mesh offers a model at the moment."
            : $"The model '{model}' does not exist in the mesh; it has {string.Join(", ", known)}.",
        "model");

    /// <summary>The task ended without an answer.</summary>
    public static OpenAiError Upstream(string? error) => new(
        StatusCodes.Status502BadGateway, "upstream_error", "upstream_failed", error ?? "The node gave no reason.");

    public static OpenAiError Cancelled { get; } = new(
        StatusCodes.Status409Conflict, "server_error", "task_cancelled", "The request's task was cancelled through the mesh.");

    /// <summary>The same refusal as everywhere else, in the shape of these routes.</summary>
    public static OpenAiError From(Problem problem) => new(
        problem.Status,
        problem.Status >= StatusCodes.Status500InternalServerError ? "server_error" : InvalidRequest,
        problem.Status == StatusCodes.Status401Unauthorized ? "invalid_api_key" : problem.Code,
        problem.Detail,
        problem.Errors?.Keys.FirstOrDefault());

    /// <summary>Whether the request is for the routes that speak OpenAI's protocol.</summary>
    public static bool IsFor(HttpContext context) => context.Request.Path.StartsWithSegments("/v1");

    public Task WriteAsync(HttpContext context) => JsonAnswer.WriteAsync(context, ToUtf8(), Status);

    /// <summary>The error as one line of JSON text.</summary>
    public ReadOnlyMemory<byte> ToUtf8()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, JsonAnswer.WriterOptions))
        {
            Write(writer);
        }

        return buffer.WrittenMemory;
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("error");
        writer.WriteString("message", Message);
        writer.WriteString("type", Type);
        writer.WriteString("param", Param);
        writer.WriteString("code", Code);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
