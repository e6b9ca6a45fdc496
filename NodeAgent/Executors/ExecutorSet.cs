using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.NodeAgent.Executors.Backends;
using Aurora.NodeAgent.Executors.Scripts;
using Aurora.NodeAgent.Files;
using Aurora.NodeAgent.Output;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aurora.NodeAgent.Executors;

/// <summary>Everything that this node can run, behind one executor. As a hosted service it keeps looking for inference servers.</summary>
internal sealed partial class ExecutorSet : ITaskExecutor, IHostedService, IAsyncDisposable
{
    private readonly BackendCatalog _catalog;
    private bool _disposed;
    private readonly OpenAiExecutor _inference;
    private readonly ScriptExecutor _scripts;
    private readonly Dictionary<string, ITaskExecutor> _executors;
    private readonly ILogger<ExecutorSet> _logger;
    private readonly int? _requestsMax;
    private readonly BackendOptions _backends;

    public ExecutorSet(ExecutorOptions options, ITaskFiles files, TimeProvider clock, ILoggerFactory loggers)
    {
        _logger = loggers.CreateLogger<ExecutorSet>();
        _requestsMax = options.Backends.RequestsMax;
        _backends = options.Backends;
        _catalog = new BackendCatalog(options.Backends, clock, loggers.CreateLogger<BackendCatalog>());
        _inference = new OpenAiExecutor(_catalog, options.Backends);
        _scripts = new ScriptExecutor(options.Scripts, files, clock, loggers.CreateLogger<ScriptExecutor>());
        _executors = new Dictionary<string, ITaskExecutor>(StringComparer.Ordinal)
        {
            [KnownTaskTypes.Test] = new TestExecutor(options, clock),
            [KnownTaskTypes.LlmInference] = _inference,
            [KnownTaskTypes.Embeddings] = _inference,
            [KnownTaskTypes.Training] = _scripts,
            [KnownTaskTypes.Custom] = _scripts,
        };
    }

    /// <summary>
    /// What the node announces beside its task types: <c>models_available</c>, <c>models_loaded</c> and <c>backends</c>, each a
    /// list of names, as they are at this moment, <c>models_vram_bytes</c> by name where a server tells,
    /// <c>inference_slots</c> where the requests at once are bounded, <c>prefill_tokens_per_s</c> and <c>decode_tokens_per_s</c> where the operator says how fast the servers are, and <c>script_runner</c> and <c>stop_grace_s</c> where it runs scripts.
    /// </summary>
    public IReadOnlyDictionary<string, object> Facts
    {
        get
        {
            var facts = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["models_available"] = _catalog.ModelsAvailable,
                ["models_loaded"] = _catalog.ModelsLoaded,
                ["backends"] = _catalog.Alive.Select(backend => backend.Kind).ToList(),
            };
            if (_catalog.VramBytes is { Count: > 0 } vram)
            {
                facts["models_vram_bytes"] = vram;
            }

            if (_scripts.RunnerName is { } runner)
            {
                facts["script_runner"] = runner;
                facts[DisconnectLease.StopGraceFact] = _scripts.StopGrace.TotalSeconds;
            }

            if (_requestsMax is { } each && _catalog.Alive.Count > 0)
            {
                facts["inference_slots"] = each * _catalog.Alive.Count;
            }

            if (_backends is { PrefillTokensPerSecond: { } prefill, DecodeTokensPerSecond: { } decode })
            {
                facts["prefill_tokens_per_s"] = prefill;
                facts["decode_tokens_per_s"] = decode;
            }

            return facts;
        }
    }

    public string? WhyClosed => _scripts.WhyClosed;

    /// <summary>Never waits: the inference servers are those of the last probe.</summary>
    public async ValueTask<IReadOnlyCollection<string>> GetTaskTypesAsync(CancellationToken cancellationToken)
    {
        var types = new List<string>();
        foreach (var executor in _executors.Values.Distinct())
        {
            types.AddRange(await executor.GetTaskTypesAsync(cancellationToken));
        }

        return types;
    }

    public Task<ExecutionOutcome> ExecuteAsync(AttemptAssignment attempt, IReadOnlyList<GpuDevice> gpus, CancellationToken cancellationToken) =>
        ExecuteAsync(attempt, gpus, NoOutput.Instance, cancellationToken);

    public async Task<ExecutionOutcome> ExecuteAsync(
        AttemptAssignment attempt, IReadOnlyList<GpuDevice> gpus, IAttemptOutput output, CancellationToken cancellationToken)
    {
        if (!_executors.TryGetValue(attempt.TaskType, out var executor))
        {
            return ExecutionOutcome.Refused($"this node does not know the task type `{attempt.TaskType}`; it knows {string.Join(", ", _executors.Keys)}");
        }

        try
        {
            return await executor.ExecuteAsync(attempt, gpus, output, cancellationToken);
        }
        catch (Exception exception) when (!(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            // A full disk or a bug ends one attempt and not the agent.
            LogBroke(exception, attempt.TaskId, attempt.Attempt, attempt.TaskType);
            return ExecutionOutcome.Failed($"the node could not run the task: {UpstreamError.OneLine(exception.Message)}");
        }
    }

    public Func<CancellationToken, Task<ExecutionOutcome>>? Resume(AttemptId attempt, string taskType, IAttemptOutput output) =>
        _executors.TryGetValue(taskType, out var executor) ? executor.Resume(attempt, taskType, output) : null;

    public void Release(AttemptId attempt)
    {
        foreach (var executor in _executors.Values.Distinct())
        {
            executor.Release(attempt);
        }
    }

    /// <summary>Looks for inference servers once and keeps looking from then on.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => _catalog.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        // It is registered twice, by its type and as a hosted service, and each registration disposes of it.
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        _inference.Dispose();
        await _catalog.DisposeAsync();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Attempt {Attempt} of {TaskId} ({TaskType}) broke its executor")]
    private partial void LogBroke(Exception exception, string taskId, int attempt, string taskType);
}
