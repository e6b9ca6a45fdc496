using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>The documented answer to a submit: a node when assigned, a message when queued.</summary>
internal sealed record SubmitAnswer(string TaskId, string Status, string? Node, string? Message)
{
    public static SubmitAnswer From(SubmitOutcome outcome) =>
        new(outcome.TaskId, outcome.Status, outcome.Node, outcome.Status == "queued" ? outcome.Message ?? "Waiting for a node" : outcome.Message);
}
