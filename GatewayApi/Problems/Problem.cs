using System.Diagnostics.CodeAnalysis;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.OpenAi;
using Aurora.Submissions;

namespace Aurora.GatewayApi.Problems;

/// <summary>A refusal that a person can read and a program can switch on, answered as RFC 9457.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">Stable name of the reason.</param>
/// <param name="Title">The kind of refusal; the same for every occurrence of <paramref name="Code"/>.</param>
/// <param name="Detail">This occurrence, and what to do about it.</param>
internal sealed record Problem(int Status, string Code, string Title, string Detail) : IResult
{
    /// <summary>What is wrong with each field, by its path in the body.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>When to try again at the earliest, in seconds, where trying again may help.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>A well-formed body with bad values.</summary>
    public static Problem Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        new(StatusCodes.Status422UnprocessableEntity, "invalid_value", "A value is not acceptable.",
            SubmitRefusal.Invalid(errors).Detail)
        {
            Errors = errors,
        };

    /// <summary>A well-formed body with one bad value.</summary>
    public static Problem Invalid(string field, string message) => Invalid(new Dictionary<string, string[]> { [field] = [message] });

    /// <summary>A body that is not JSON at all.</summary>
    public static Problem Broken(string detail) => new(StatusCodes.Status400BadRequest, "broken_body", "The body is not valid JSON.", detail);

    /// <summary>The refusal of a body that is no task; null for none.</summary>
    [return: NotNullIfNotNull(nameof(refusal))]
    public static Problem? From(SubmitRefusal? refusal) =>
        refusal is null ? null : refusal.Errors is { } errors ? Invalid(errors) : Broken(refusal.Detail);

    public static Problem TooLarge(string detail) =>
        new(StatusCodes.Status413PayloadTooLarge, "too_large", "The body is too large.", detail);

    public static Problem WrongMediaType(string detail) =>
        new(StatusCodes.Status415UnsupportedMediaType, "wrong_media_type", "The media type is not supported.", detail);

    public static Problem NoTask(string taskId) =>
        new(StatusCodes.Status404NotFound, "unknown_task", "There is no such task.", $"No task has the id '{taskId}'.");

    public static Problem Unavailable(string detail) =>
        new(StatusCodes.Status503ServiceUnavailable, "mesh_unavailable", "The mesh cannot answer for now.", detail) { RetryAfterSeconds = 1 };

    /// <summary>A tenant or a pool that has as many tasks in line as it may have.</summary>
    public static Problem QueueFull(string detail) =>
        new(StatusCodes.Status429TooManyRequests, "queue_quota", "The queue is full.", detail) { RetryAfterSeconds = 5 };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (RetryAfterSeconds is { } seconds)
        {
            httpContext.Response.Headers.RetryAfter = httpContext.RequestServices.GetRequiredService<RefusalPace>().Next(seconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (OpenAiError.IsFor(httpContext))
        {
            return OpenAiError.From(this).WriteAsync(httpContext);
        }

        var body = new ProblemBody("about:blank", Title, Status, Detail, httpContext.Request.Path, Code, Errors);
        return JsonAnswer.WriteAsync(
            httpContext, body, GatewayJsonContext.Web.ProblemBody, Status, "application/problem+json; charset=utf-8");
    }
}

/// <summary>The problem as it goes over the wire.</summary>
internal sealed record ProblemBody(
    string Type, string Title, int Status, string Detail, string Instance, string Code, IReadOnlyDictionary<string, string[]>? Errors);
