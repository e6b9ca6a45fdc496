using System.Diagnostics;

namespace Aurora.Client.Abstractions.Observability;

/// <summary>The spans of this library. A task carries the trace of its submit on through the mesh.</summary>
public static class MeshTracing
{
    /// <summary>The name of the activity source, for <c>AddSource</c> of OpenTelemetry.</summary>
    public const string SourceName = "Aurora.Mesh.Client";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The span of a submit of so many tasks; null when nobody listens.</summary>
    internal static Activity? Submit(int tasks) => Source.StartActivity("aurora.submit", ActivityKind.Producer)?.SetTag("aurora.tasks", tasks);

    /// <summary>The span of a question to a model, named as OpenTelemetry's conventions for generative AI name it; null when nobody listens.</summary>
    internal static Activity? Infer(OpenAiRequest request)
    {
        var operation = request.Endpoint switch
        {
            OpenAiRequest.Chat => "chat",
            OpenAiRequest.Embeddings => "embeddings",
            _ => "text_completion",
        };
        return Source.StartActivity($"{operation} {request.ModelName}", ActivityKind.Client)?
            .SetTag("gen_ai.operation.name", operation).SetTag("gen_ai.request.model", request.ModelName);
    }

    /// <summary>Marks the span as failed, and says by what.</summary>
    internal static void Fail(this Activity? span, Exception failure) =>
        span?.SetStatus(ActivityStatusCode.Error, failure.Message).SetTag("error.type", failure.GetType().FullName);

    /// <summary>Runs something inside a span.</summary>
    internal static async Task<T> RunAsync<T>(Activity? span, Func<Task<T>> run)
    {
        using (span)
        {
            try
            {
                return await run().ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                span.Fail(failure);
                throw;
            }
        }
    }
}
