using Aurora.Grains.Interfaces.Nodes;
using Aurora.NodeAgent.Executors.Scripts;
using Aurora.NodeAgent.Files;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Aurora.NodeAgent.Tests.Executors;

public sealed class ScriptStartTests : IDisposable
{
    private readonly ScriptNode node = new();
    private readonly FakeTimeProvider time = new();

    public void Dispose() => node.Dispose();

    [Fact]
    public async Task A_script_whose_start_hangs_has_failed_and_does_not_run_when_the_start_goes_on()
    {
        var files = new HangingFiles();
        var log = new FirstWarning();
        var executor = new ScriptExecutor(node.Options, files, time, log);
        var mark = Path.Combine(node.DataPath, "mark");
        var attempt = ScriptNode.Source("bash", $"touch {mark}") with { Attempt = 2 };
        var running = executor.ExecuteAsync(attempt, [], CancellationToken.None);
        await Task.WhenAny(files.Asked, running).WaitAsync(TimeSpan.FromSeconds(30));

        time.Advance(node.Options.StartLimit);
        var outcome = await running.WaitAsync(TimeSpan.FromSeconds(30));
        files.GoOn();

        Assert.Equal(("the node did not start the script within 1800 s", AttemptFailureKind.Timeout), (outcome.Error, outcome.Failure));
        Assert.Contains("has come to its end", await log.Text.WaitAsync(TimeSpan.FromSeconds(30)), StringComparison.Ordinal);
        Assert.False(File.Exists(mark));
        Assert.False(Directory.Exists(node.Options.RunsDirectory) && Directory.EnumerateDirectories(node.Options.RunsDirectory).Any());
    }

    /// <summary>A store of files that does not answer, and does not hear of a cancellation, until the test says so.</summary>
    private sealed class HangingFiles : ITaskFiles
    {
        private readonly TaskCompletionSource asked = new();
        private readonly TaskCompletionSource goOn = new();

        public Task Asked => asked.Task;

        public bool IsAvailable => true;

        public void GoOn() => goOn.SetResult();

        public async Task<IReadOnlyList<TaskFile>?> FindCheckpointAsync(string taskId, CancellationToken cancellationToken)
        {
            asked.TrySetResult();
            await goOn.Task;
            return null;
        }

        public Task DownloadAsync(string taskId, TaskFile file, string path, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> HasAsync(string taskId, string sha256, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task UploadAsync(AttemptId attempt, string sha256, string path, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task ReplaceAsync(AttemptId attempt, string set, IReadOnlyList<TaskFile> files, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class FirstWarning : ILogger
    {
        private readonly TaskCompletionSource<string> text = new();

        public Task<string> Text => text.Task;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
            {
                text.TrySetResult(formatter(state, exception));
            }
        }
    }
}
