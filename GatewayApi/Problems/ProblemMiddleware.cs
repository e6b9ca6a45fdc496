using Aurora.Grains.Interfaces;

namespace Aurora.GatewayApi.Problems;

/// <summary>Turns everything that did not end in an answer into a problem body: faults, unknown routes, wrong methods.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone; there is nobody to answer.
            return;
        }
        catch (Exception exception)
        {
            if (context.Response.HasStarted)
            {
                // Part of the answer is out. Ending it cleanly would pass a torn answer off as a whole one.
                LogTorn(context.Request.Path, exception);
                context.Abort();
                return;
            }

            var problem = Describe(exception);
            if (problem.Status >= StatusCodes.Status500InternalServerError)
            {
                LogFailed(context.Request.Method, context.Request.Path, problem.Code, exception);
            }

            context.Response.Clear();
            await problem.ExecuteAsync(context);
            return;
        }

        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
        {
            await Describe(context).ExecuteAsync(context);
        }
    }

    /// <summary>
    /// Whether the mesh, and not this process, is the reason, so that a repeat may help. Orleans cancels a call that finds no place for
    /// its grain in time: a cancellation that nobody here asked for.
    /// </summary>
    public static bool IsUnavailable(Exception exception) =>
        exception is MeshUnavailableException or TimeoutException or OrleansException or Orleans.Runtime.Messaging.ConnectionFailedException
            or OperationCanceledException { CancellationToken.IsCancellationRequested: false };

    private static Problem Describe(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Problem.TooLarge("The body is larger than this endpoint takes."),
        BadHttpRequestException bad => new(bad.StatusCode, "bad_request", "The request is not valid HTTP.", bad.Message),
        MeshUnavailableException unavailable => Problem.Unavailable(unavailable.Message),
        _ when IsUnavailable(exception) => Problem.Unavailable("The mesh did not answer in time; repeating the request later is safe."),
        _ => new(StatusCodes.Status500InternalServerError, "internal_error", "Something went wrong here.",
            "The gateway failed in a way that it does not know; its log has the details."),
    };

    private static Problem Describe(HttpContext context)
    {
        var request = context.Request;
        return context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => new(404, "unknown_route", "There is nothing here.", $"Nothing answers at {request.Path}."),
            StatusCodes.Status405MethodNotAllowed => new(405, "wrong_method", "The method is not allowed here.",
                $"{request.Path} does not take {request.Method}; it takes {context.Response.Headers.Allow}."),
            var status => new(status, "refused", "The request is refused.", $"{request.Method} {request.Path} is answered with {status}."),
        };
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed with {Code}")]
    private partial void LogFailed(string method, string path, string code, Exception exception);

    [LoggerMessage(LogLevel.Warning, "The answer of {Path} broke off")]
    private partial void LogTorn(string path, Exception exception);
}
