using System.Text.Json.Nodes;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Executors;
using Aurora.NodeAgent.Executors.Scripts;
using Aurora.NodeAgent.Files;
using Aurora.NodeAgent.Output;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aurora.NodeAgent.Tests.Executors;

/// <summary>A node that runs scripts, in a directory that goes with the test.</summary>
internal sealed class ScriptNode : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    public ScriptNode(ScriptPolicy policy = ScriptPolicy.Any) => Options = new ScriptOptions
    {
        Policy = policy,
        ScriptsDirectory = Directory.CreateDirectory(Path.Combine(_data.Path, "scripts")).FullName,
        WorkDirectory = Path.Combine(_data.Path, "work"),
        RunsDirectory = Path.Combine(_data.Path, "node", "runs"),
        SurvivorsFile = Path.Combine(_data.Path, "node", "survivors.json"),
        LeaseFile = Path.Combine(_data.Path, "node", "lease"),
        SearchPath = Environment.GetEnvironmentVariable("PATH")!,
    };

    public ScriptOptions Options { get; set; }

    /// <summary>The mesh's store of files; none unless the test has one.</summary>
    public ITaskFiles Files { get; set; } = NoTaskFiles.Instance;

    public string DataPath => _data.Path;

    public string WorkPath(AttemptAssignment attempt) => Path.Combine(Options.WorkDirectory, $"{attempt.TaskId}.{attempt.Attempt}");

    public string Write(string name, string content) => _data.Write(name, content);

    public ScriptExecutor Executor() => new(Options, Files, TimeProvider.System, NullLogger.Instance);

    public Task<ExecutionOutcome> RunAsync(AttemptAssignment attempt, IReadOnlyList<GpuDevice>? gpus = null, CancellationToken cancellationToken = default) =>
        Executor().ExecuteAsync(attempt, gpus ?? [], cancellationToken);

    /// <summary>The same with somewhere to write what it puts out.</summary>
    public Task<ExecutionOutcome> RunAsync(AttemptAssignment attempt, IAttemptOutput output, CancellationToken cancellationToken = default) =>
        Executor().ExecuteAsync(attempt, [], output, cancellationToken);

    /// <summary>Runs source text and gives the result of it, or fails with the reason.</summary>
    public async Task<JsonNode> ResultOfAsync(AttemptAssignment attempt, IReadOnlyList<GpuDevice>? gpus = null)
    {
        var outcome = await RunAsync(attempt, gpus);
        Assert.True(outcome.Error is null, outcome.Error);
        return JsonNode.Parse(outcome.Result!)!;
    }

    /// <summary>An attempt that brings its own script.</summary>
    public static AttemptAssignment Source(string interpreter, string source, JsonObject? more = null, string requirements = "{}", int[]? gpus = null)
    {
        var body = more ?? [];
        body["interpreter"] = interpreter;
        body["script_source"] = source;
        return Attempts.Of("custom", body.ToJsonString(), requirements, gpus);
    }

    public void Dispose() => _data.Dispose();
}
