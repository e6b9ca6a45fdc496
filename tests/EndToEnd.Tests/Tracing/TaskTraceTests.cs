using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Aurora.EndToEnd.Tests.Harness;

namespace Aurora.EndToEnd.Tests.Tracing;

/// <summary>One trace leads from the submit to the end of a task, over every process that had a hand in it.</summary>
public sealed class TaskTraceTests
{
    [Theory]
    [InlineData("orleans")]
    [InlineData("websocket")]
    public async Task A_tasks_spans_are_one_trace_over_the_processes(string transport)
    {
        await using var collector = new OtlpCollector();
        await using var mesh = await MeshProcess.StartAsync(new MeshSettings { Environment = collector.Variables });
        await using var agent = AgentProcess.Start(
            mesh.Url, "traced", [("A40", 48)], [("AURORA_TRANSPORT", transport), .. collector.Variables.Select(variable => (variable.Key, variable.Value!))]);
        await mesh.Client.SeeNodeAsync("traced");

        var taskId = await mesh.Client.SubmitForIdAsync("""{"task_type":"test","requirements":{"gpu_count":1,"memory_gb":1}}""");
        await mesh.Client.SeeTaskAsync(taskId, "completed");
        var spans = await Eventually.SeeAsync(
            "the spans of the task have arrived",
            () => Task.FromResult(collector.Spans.Where(span => span.Tags.GetValueOrDefault("aurora.task_id") == taskId).ToList()),
            seen => seen.Count >= 5,
            () => string.Join('\n', collector.Spans.Select(span => $"{span.Service} {span.Name} {span.TraceId}")) + mesh.Tail + agent.Tail);

        Assert.Equal(["dispatch", "place", "report", "run", "submit"], spans.Select(span => span.Name).Order(StringComparer.Ordinal));
        var byName = spans.ToDictionary(span => span.Name);
        var traceId = Assert.Single(spans.Select(span => span.TraceId).Distinct());
        Assert.All(new[] { "place", "dispatch", "run" }, name => Assert.Equal(byName["submit"].SpanId, byName[name].ParentId));
        Assert.Equal(byName["run"].SpanId, byName["report"].ParentId);
        Assert.Equal(("aurora-node-agent", "aurora-coordinator"), (byName["run"].Service, byName["report"].Service));
        Assert.Equal(("completed", "completed"), (byName["run"].Tags["aurora.outcome"], byName["report"].Tags["aurora.outcome"]));
        Assert.Contains(collector.Spans, span => span.TraceId == traceId && span.SpanId == byName["submit"].ParentId && span.Source == "Microsoft.AspNetCore");
        Assert.Contains(collector.Spans, span => span.Source.StartsWith("Microsoft.Orleans", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_callers_own_trace_goes_on_to_a_node_although_the_mesh_exports_nothing()
    {
        await using var mesh = await MeshProcess.StartAsync();
        await using var node = await LegacyNode.JoinAsync(mesh.Url, "any-language", "A40");
        var (traceId, spanId) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");

        await SubmitAsync(mesh, $"00-{traceId}-{spanId}-01");
        var traced = await node.AssignmentAsync();
        await node.CompleteAsync(traced.Text("task_id"), new JsonObject());
        await SubmitAsync(mesh, $"00-{traceId}-{spanId}-00");
        var untraced = await node.AssignmentAsync();

        Assert.Matches($"^00-{traceId}-[0-9a-f]{{16}}-01$", traced.Text("traceparent"));
        Assert.False(untraced.ContainsKey("traceparent"));
    }

    private static async Task SubmitAsync(MeshProcess mesh, string traceParent)
    {
        using var http = new HttpClient { BaseAddress = mesh.Url };
        using var request = new HttpRequestMessage(HttpMethod.Post, "tasks/submit")
        {
            Content = new StringContent("""{"task_type":"custom","script":"x.py","requirements":{"gpu_count":1,"memory_gb":1}}""", Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        request.Headers.Add("traceparent", traceParent);
        using var response = await http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
