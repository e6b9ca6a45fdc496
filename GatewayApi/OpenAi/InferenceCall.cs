using Aurora.GatewayApi.Observability;
using Aurora.GatewayApi.Routes;
using Aurora.Grains.Interfaces.Models;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.OpenAi;

/// <summary>One request under way.</summary>
internal sealed class InferenceCall(string taskId, MeshModel? model, GatewayInstruments instruments, TimeProvider time)
{
    private readonly long startedAt = time.GetTimestamp();
    private SubmitOutcome? submission;
    private bool hasBegun;

    public string TaskId { get; } = taskId;

    /// <summary>Whether nothing is left to cancel.</summary>
    public bool HasEnded { get; set; }

    /// <summary>What is seen of the request, where it goes by a route.</summary>
    public RouteObservation? Seen { get; init; }

    /// <summary>A piece of the answer comes.</summary>
    public void SawEvent(string text)
    {
        if (text == EventStream.Done)
        {
            return;
        }

        if (!hasBegun)
        {
            hasBegun = true;
            instruments.FirstToken(model?.Name, time.GetElapsedTime(startedAt));
        }

        Seen?.SawEvent(text);
        Count(text);
    }

    /// <summary>The whole answer is there.</summary>
    public void SawAnswer(string text)
    {
        Seen?.SawAnswer(text);
        Count(text);
    }

    /// <summary>The answer does not become whole.</summary>
    public void Fail()
    {
        if (Seen is not null)
        {
            Seen.HasFailed = true;
        }
    }

    /// <summary>The mesh has the task.</summary>
    public void Submitted(SubmitOutcome outcome) => submission = outcome;

    /// <summary>The node of an attempt, where the answer to the submit tells.</summary>
    public string? NodeOf(int attempt) => attempt == 1 && submission is { Status: "assigned" } ? submission.Node : null;

    /// <summary>Says in headers where the request went, and why.</summary>
    public void Describe(HttpContext context, string? node)
    {
        if (node is null)
        {
            return;
        }

        var headers = context.Response.Headers;
        headers[InferenceTasks.NodeHeader] = node;
        var reason = model?.ReasonFor(node) ?? "node does not list its models";
        headers[InferenceTasks.ReasonHeader] =
            submission is { Status: "queued" } ? $"{reason}; waited: {Plain(submission.Message)}"
            : submission?.Node is { } first && first != node ? $"{reason}; moved on from {first}"
            : reason;
    }

    private void Count(string text)
    {
        if (TokenUsage.In(text) is var (input, output))
        {
            instruments.CountTokens(model?.Name, input, output);
        }
    }

    // A reason is made for people and may hold what a header may not.
    private static string Plain(string? text) => string.Concat((text ?? "").Select(character => character is >= ' ' and <= '~' ? character : '?'));
}
