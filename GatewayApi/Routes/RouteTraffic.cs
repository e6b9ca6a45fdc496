using Aurora.GatewayApi.OpenAi;
using Aurora.Grains.Interfaces.Models;

namespace Aurora.GatewayApi.Routes;

/// <summary>Requests that name a route instead of a model: which variant they go to, and what becomes of them.</summary>
internal sealed class RouteTraffic(RouteDirectory directory, RouteRecorder recorder, TimeProvider time)
{
    public const string VariantHeader = "X-Aurora-Variant";

    /// <summary>The request as its variant gets it; unchanged, and with nothing to see, where it names no route.</summary>
    public async ValueTask<(InferenceRequest Request, RouteObservation? Seen)> TakeAsync(HttpContext context, InferenceRequest request)
    {
        if (await directory.FindAsync(request.Model) is not { } route)
        {
            return (request, null);
        }

        var variant = VariantChoice.Of(route, request.Session ?? Guid.NewGuid().ToString());
        context.Response.Headers[VariantHeader] = variant.Name;
        return (request.By(variant), new RouteObservation(route, variant, time));
    }

    /// <summary>Waits for the answer and notes how it went. A client that went away says nothing of the variant.</summary>
    public async Task ObserveAsync(HttpContext context, RouteObservation seen, MeshModels models, Task serving)
    {
        try
        {
            await serving;
            seen.HasFailed |= context.Response.StatusCode >= StatusCodes.Status400BadRequest;
        }
        catch (Exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            seen.HasFailed = true;
            throw;
        }
        finally
        {
            if (!context.RequestAborted.IsCancellationRequested)
            {
                recorder.Add(seen.End(models.PricePerSecondOn(context.Response.Headers[InferenceTasks.NodeHeader].ToString())));
            }
        }
    }
}
