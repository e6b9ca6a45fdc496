using Microsoft.Extensions.Logging;

namespace Aurora.NodeAgent.Executors.Backends;

/// <summary>
/// The inference servers of this node, probed in the background. Reading it never waits for a probe.
/// </summary>
internal sealed partial class BackendCatalog : IAsyncDisposable
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(2);

    private readonly BackendOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly HttpClient _http;
    private readonly BackendProbe _probe;
    private readonly SemaphoreSlim _refreshing = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Dictionary<BackendAddress, int> _unanswered = [];
    private volatile IReadOnlyList<Backend> _alive = [];
    private long? _refreshed;
    private Task _loop = Task.CompletedTask;
    private uint _turn;

    public BackendCatalog(BackendOptions options, TimeProvider clock, ILogger<BackendCatalog> logger)
    {
        _options = options;
        _clock = clock;
        _logger = logger;
        _http = BackendHttp.CreateClient(options);
        _probe = new BackendProbe(_http, options.ProbeTimeout);
    }

    /// <summary>The servers that answered last and have a model.</summary>
    public IReadOnlyList<Backend> Alive => _alive;

    /// <summary>Every model that some server offers, each once.</summary>
    public IReadOnlyList<string> ModelsAvailable => [.. Names(static _ => true)];

    /// <summary>Those of them that some server has in memory.</summary>
    public IReadOnlyList<string> ModelsLoaded => [.. Names(static model => model.Loaded)];

    /// <summary>What models take of the GPUs' memory, those left out of which no server tells.</summary>
    public IReadOnlyDictionary<string, long> VramBytes => _alive
        .SelectMany(backend => backend.Models)
        .Where(model => model.VramBytes is not null)
        .GroupBy(model => model.Name, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(same => same.First().Name, same => same.Sum(model => model.VramBytes!.Value), StringComparer.OrdinalIgnoreCase);

    /// <summary>Probes once, so that the first announcement of the node is complete, and keeps probing from then on.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_options.Addresses.Count == 0)
        {
            return;
        }

        await RefreshAsync(cancellationToken);
        _loop = ProbeForeverAsync(_stopping.Token);
    }

    /// <summary>Probes every address, all at once. Callers that come while, or just after, a probe ran share its outcome.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            if (_refreshed is { } last && _clock.GetElapsedTime(last) < FreshFor)
            {
                return;
            }

            var answers = await Task.WhenAll(_options.Addresses.Select(address => _probe.AskAsync(address, cancellationToken)));
            Publish([.. _options.Addresses.Zip(answers, Judge).OfType<Backend>().Where(backend => backend.Models.Count > 0)]);
            _refreshed = _clock.GetTimestamp();
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>
    /// The server and model for a task, or null. Servers that have the model in memory come first; equals take turns.
    /// </summary>
    public BackendChoice? Choose(string? model, bool forEmbeddings)
    {
        var choices = _alive
            .Select(backend => (backend, model: model is null ? backend.Default(forEmbeddings) : backend.Find(model)))
            .Where(found => found.model is not null)
            .Select(found => new BackendChoice(found.backend, found.model!))
            .ToList();
        if (choices.Count == 0)
        {
            return null;
        }

        var best = choices.GroupBy(choice => Rank(choice, model is null && forEmbeddings)).MaxBy(group => group.Key)!.ToList();
        return best[(int)(Interlocked.Increment(ref _turn) % (uint)best.Count)];
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _http.Dispose();
        _stopping.Dispose();
        _refreshing.Dispose();
    }

    private static int Rank(BackendChoice choice, bool wantsEmbeddings) =>
        (wantsEmbeddings && choice.Model.IsForEmbeddings ? 2 : 0) + (choice.Model.Loaded ? 1 : 0);

    private IEnumerable<string> Names(Func<BackendModel, bool> selects) =>
        _alive.SelectMany(backend => backend.Models).Where(selects).Select(model => model.Name).Distinct(StringComparer.OrdinalIgnoreCase);

    private async Task ProbeForeverAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.ProbeInterval, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await RefreshAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The agent stops.
        }
    }

    private Backend? Judge(BackendAddress address, ProbeAnswer answer)
    {
        var unanswered = answer.TimedOut ? _unanswered.GetValueOrDefault(address) + 1 : 0;
        _unanswered[address] = unanswered;
        return unanswered > 0 && unanswered < _options.UnansweredProbesMax
            ? _alive.FirstOrDefault(backend => backend.Address == address)
            : answer.Found;
    }

    private void Publish(IReadOnlyList<Backend> alive)
    {
        var before = _alive;
        _alive = alive;
        foreach (var backend in alive.Where(backend => before.All(other => other.Address != backend.Address)))
        {
            LogFound(backend.Kind, backend.Address, backend.Models.Count);
        }

        foreach (var backend in before.Where(backend => alive.All(other => other.Address != backend.Address)))
        {
            LogLost(backend.Kind, backend.Address);
        }
    }
}

/// <summary>Where a task goes, and what its model is called there.</summary>
internal sealed record BackendChoice(Backend Backend, BackendModel Model);
