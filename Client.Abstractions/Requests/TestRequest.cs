using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions.Requests;

/// <summary>A task that every node can run: it echoes its payload, and sleeps or fails on request.</summary>
public sealed record TestRequest() : MeshTaskRequest("test")
{
    /// <summary>How long it runs; up to a day.</summary>
    public TimeSpan? Sleep { get; init; }

    /// <summary>The error that it fails with; null to complete.</summary>
    public string? FailWith { get; init; }

    internal override MeshTaskRequest At(int index) => (TestRequest)base.At(index) with { FailWith = ArrayIndex.In(FailWith, index) };

    /// <inheritdoc/>
    protected override void AddMembers(JsonObject body)
    {
        Set(body, "sleep", Sleep?.TotalSeconds);
        Set(body, "fail", FailWith);
    }
}
