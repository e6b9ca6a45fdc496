using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Nodes;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;
using Aurora.NodeAgent.Agent;
using Aurora.NodeAgent.Executors.Scripts.Runners;
using Aurora.NodeAgent.Executors.Scripts.Supervision;
using Aurora.NodeAgent.Files;
using Aurora.NodeAgent.Output;
using Microsoft.Extensions.Logging;

namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>Runs <c>training</c> and <c>custom</c> tasks where the operator allows it, in what the operator chose.</summary>
internal sealed partial class ScriptExecutor(ScriptOptions options, ITaskFiles files, TimeProvider clock, ILogger logger) : ITaskExecutor
{
    private static readonly string[] Types = [KnownTaskTypes.Training, KnownTaskTypes.Custom];

    // Well below the time after which the mesh gives up a node whose agent was started again.
    private static readonly TimeSpan ChoicePatience = TimeSpan.FromSeconds(2);

    private readonly RunnerChoice runners = new(options, clock, logger);
    private readonly SurvivorWatch survivors = new(options.SurvivorsFile, logger);

    /// <summary>What scripts run in; null where they run in nothing.</summary>
    public string? RunnerName => runners.Name;

    /// <summary>How long a script that is asked to end is given.</summary>
    public TimeSpan StopGrace => options.KillGrace;

    public string? WhyClosed => survivors.Describe();

    /// <summary>Does not hold up a node that joins: while a slow engine has not answered yet there are none.</summary>
    public async ValueTask<IReadOnlyCollection<string>> GetTaskTypesAsync(CancellationToken cancellationToken)
    {
        if (options.Policy == ScriptPolicy.Off)
        {
            return [];
        }

        var choice = runners.GetAsync(cancellationToken);
        await Task.WhenAny(choice, Task.Delay(ChoicePatience, cancellationToken));
        return choice.IsCompletedSuccessfully && choice.Result.Runner is not null ? Types : [];
    }

    public Task<ExecutionOutcome> ExecuteAsync(AttemptAssignment attempt, IReadOnlyList<GpuDevice> gpus, CancellationToken cancellationToken) =>
        ExecuteAsync(attempt, gpus, NoOutput.Instance, cancellationToken);

    public async Task<ExecutionOutcome> ExecuteAsync(
        AttemptAssignment attempt, IReadOnlyList<GpuDevice> gpus, IAttemptOutput output, CancellationToken cancellationToken)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var starting = StartAsync(attempt, gpus, output, late.Token);
        try
        {
            // What hangs may hang in the kernel and not hear of a cancellation.
            var (follow, refusal) = await starting.WaitAsync(options.StartLimit, clock, CancellationToken.None);
            return follow is null ? refusal! : await follow(cancellationToken);
        }
        catch (TimeoutException)
        {
            await late.CancelAsync();
            _ = EndLateAsync(attempt.Id, starting);
            return ExecutionOutcome.TimedOut(
                string.Create(CultureInfo.InvariantCulture, $"the node did not start the script within {options.StartLimit.TotalSeconds:0.###} s"));
        }
    }

    /// <summary>A start that was given up comes to its end after all: what it started is ended.</summary>
    private async Task EndLateAsync(AttemptId attempt, Task<ScriptStart> starting)
    {
        await ((Task)starting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (starting is { IsCompletedSuccessfully: true, Result.Follow: { } follow })
        {
            using var stopped = new CancellationTokenSource();
            await stopped.CancelAsync();
            await ((Task)follow(stopped.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        LogStartEnded(attempt.TaskId, attempt.Attempt);
    }

    [LoggerMessage(LogLevel.Warning, "The start of task {TaskId} attempt {Attempt}, which took too long and was given up, has come to its end")]
    private partial void LogStartEnded(string taskId, int attempt);

    private async Task<ScriptStart> StartAsync(
        AttemptAssignment attempt, IReadOnlyList<GpuDevice> gpus, IAttemptOutput output, CancellationToken cancellationToken)
    {
        if (options.Policy == ScriptPolicy.Off)
        {
            return new(ExecutionOutcome.Failed("this node runs no scripts (AURORA_ALLOW_SCRIPTS is off)"));
        }

        var (runner, unavailable) = await runners.GetAsync(cancellationToken);
        if (runner is null)
        {
            return new(ExecutionOutcome.Failed($"this node runs no scripts now: {unavailable}"));
        }

        if (!TaskInput.TryParse(attempt, out var input, out var refusal)
            || !ScriptCommand.TryFind(input, options, runner, out var command, out refusal)
            || !TryReadTimeLimit(attempt, input, out var timeLimit, out refusal))
        {
            return new(ExecutionOutcome.Failed(refusal!));
        }

        cancellationToken.ThrowIfCancellationRequested();
        WorkDirectory.Sweep(options.WorkDirectory, clock.GetUtcNow() - options.OutputRetention - options.TimeLimitMax);
        var run = RunDirectory.Of(options.RunsDirectory, attempt.Id);
        var work = WorkDirectory.Create(options.WorkDirectory, attempt.Id);
        var isBesideLead = attempt.Gang is { Rank: > 0 };
        var kept = FilesOf(attempt.Id, work, run, isBesideLead);
        if (await kept.RestoreAsync(cancellationToken) is { } missing)
        {
            work.Delete();
            return new(ExecutionOutcome.Failed($"the checkpoint of an earlier attempt cannot be fetched: {missing}"));
        }

        var spec = await PrepareAsync(new AttemptPlan(attempt, input, gpus, command, timeLimit), runner, work, run, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        run.Create(spec);
        SupervisorProcess supervisor;
        try
        {
            supervisor = SupervisorProcess.Start(run);
        }
        catch (Win32Exception exception)
        {
            work.Delete();
            return new(ExecutionOutcome.Failed($"the script's supervisor cannot be started: {exception.Message}"));
        }

        return new(stopped => FollowAsync(attempt.Id, supervisor, spec, work, kept, LogOf(run, output, isBesideLead), stopped));
    }

    /// <summary>A script that was started, or why it was not.</summary>
    /// <param name="Follow">Follows it to its end.</param>
    private readonly record struct ScriptStart(Func<CancellationToken, Task<ExecutionOutcome>>? Follow, ExecutionOutcome? Refusal)
    {
        public ScriptStart(Func<CancellationToken, Task<ExecutionOutcome>> follow)
            : this(follow, null)
        {
        }

        public ScriptStart(ExecutionOutcome refusal)
            : this(null, refusal)
        {
        }
    }

    public Func<CancellationToken, Task<ExecutionOutcome>>? Resume(AttemptId attempt, string taskType) => Resume(attempt, taskType, NoOutput.Instance);

    public Func<CancellationToken, Task<ExecutionOutcome>>? Resume(AttemptId attempt, string taskType, IAttemptOutput output)
    {
        var run = RunDirectory.Of(options.RunsDirectory, attempt);
        if (run.ReadSpec() is not { } spec || run.IsCancelled)
        {
            return null;
        }

        var work = WorkDirectory.Open(spec.WorkRoot);
        var isBesideLead = GangVariables.IsBesideLead(spec.Environment);
        return SupervisorProcess.Find(run) is { } supervisor
            ? stopped => FollowAsync(attempt, supervisor, spec, work, FilesOf(attempt, work, run, isBesideLead), LogOf(run, output, isBesideLead), stopped)
            : null;
    }

    public void Release(AttemptId attempt)
    {
        var run = RunDirectory.Of(options.RunsDirectory, attempt);
        if (!run.Exists)
        {
            return;
        }

        if (run.ReadEnd() is null && run.ReadSpec() is { } spec)
        {
            // Nobody follows it any more. A supervisor that is just starting sees the mark before it starts the script.
            run.Cancel();
            _ = AbandonAsync(attempt, run, spec);
            return;
        }

        run.Delete();
    }

    private async Task AbandonAsync(AttemptId attempt, RunDirectory run, SupervisedSpec spec)
    {
        using var supervisor = SupervisorProcess.Find(run);
        if (supervisor is not null)
        {
            using var stopped = new CancellationTokenSource();
            await stopped.CancelAsync();
            await ((Task)supervisor.WaitAsync(spec, stopped.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            survivors.Add(attempt, supervisor.Survivors);
        }
        else
        {
            survivors.Add(attempt, await ProcessSession.KillLeftoversAsync(spec));
        }

        WorkDirectory.Open(spec.WorkRoot).Delete();
        run.Delete();
    }

    private async Task<SupervisedSpec> PrepareAsync(
        AttemptPlan plan, IScriptRunner runner, WorkDirectory work, RunDirectory run, CancellationToken cancellationToken)
    {
        var (attempt, input, gpus, command, timeLimit) = plan;
        await File.WriteAllTextAsync(work.InputFile, DescribeTask(attempt, input), cancellationToken);
        if (command.SourceText is { } source)
        {
            await File.WriteAllTextAsync(work.SourceFile, source, cancellationToken);
            command = command with { Arguments = [work.SourceFile, .. command.Arguments] };
        }

        var isolates = runner is not ProcessRunner;
        if (isolates && options.Runner.ChangesUser)
        {
            options.Runner.User.Own(work.Root);
        }

        var environment = ScriptEnvironment.Create(attempt, input, gpus, work, options);
        var launch = runner.Describe(new LaunchRequest(command, environment.Variables, gpus, attempt.Gpus, work, run));
        var endsWithLease = DisconnectPolicy.EndsWithLease(attempt, options.EndsWithLease) ?? options.EndsWithLease;
        return new SupervisedSpec(
            launch.Program, launch.Arguments, launch.Environment, work.Root, work.Output, timeLimit, options.KillGrace, options.OutputTailBytes,
            endsWithLease ? options.LeaseFile : null, options.LeasePatience, [.. environment.Dropped, .. launch.DroppedVariables])
        {
            ProgressFile = work.ProgressFile,
            Runner = runner.Name,
            IsApart = attempt.Gang is not null && isolates && !options.Runner.HasNetwork,
            IsLauncher = launch.IsLauncher,
            Container = launch.Container,
            // The engine's own limit holds for what is in a container, and its client is no part of that.
            UserId = launch.Container is not null ? null : isolates ? options.Runner.User.Id : UnixUser.Current.Id,
            ProcessesMax = options.Runner.ProcessesMax,
            MemoryBytesMax = options.Runner.MemoryBytesMax,
        };
    }

    private ScriptFiles FilesOf(AttemptId attempt, WorkDirectory work, RunDirectory run, bool isBesideLead) =>
        new(files, attempt, work, run, options, clock, logger) { KeepsNothing = isBesideLead };

    private static OutputLogReader LogOf(RunDirectory run, IAttemptOutput output, bool isBesideLead) =>
        new(run.Log, isBesideLead ? new MemberOutput(output) : output);

    private async Task<ExecutionOutcome> FollowAsync(
        AttemptId attempt, SupervisorProcess supervisor, SupervisedSpec spec, WorkDirectory work, ScriptFiles kept, OutputLogReader log,
        CancellationToken cancellationToken)
    {
        using (supervisor)
        {
            try
            {
                var end = await FollowAsync(supervisor, spec, kept, log, cancellationToken);
                survivors.Add(attempt, supervisor.Survivors);
                var outcome = end is null
                    ? ExecutionOutcome.Failed($"the script was lost: its supervisor ended without a result. {await supervisor.LastWordsAsync()}".TrimEnd())
                    : await DescribeAsync(end, spec, work, kept, cancellationToken);
                await (outcome.Error is null ? Task.CompletedTask : kept.KeepCheckpointAsync(cancellationToken));
                await kept.KeepLogAsync(cancellationToken);
                return outcome;
            }
            catch (OperationCanceledException)
            {
                survivors.Add(attempt, supervisor.Survivors);
                await kept.KeepStoppedAsync();
                work.Delete();
                throw;
            }
            finally
            {
                work.TidyUp();
            }
        }
    }

    private async Task<ExecutionOutcome> DescribeAsync(
        ScriptEnd end, SupervisedSpec spec, WorkDirectory work, ScriptFiles kept, CancellationToken cancellationToken)
    {
        var notKept = ScriptReport.IsFailure(end, spec) ? null : await kept.KeepArtifactsAsync(cancellationToken);
        return await ScriptReport.DescribeAsync(end, spec, work, options, notKept, cancellationToken);
    }

    /// <summary>Waits for the end, and meanwhile passes on what the script writes and keeps its checkpoints.</summary>
    private static async Task<ScriptEnd?> FollowAsync(
        SupervisorProcess supervisor, SupervisedSpec spec, ScriptFiles kept, OutputLogReader log, CancellationToken cancellationToken)
    {
        using var ended = new CancellationTokenSource();
        var meanwhile = Task.WhenAll(log.FollowAsync(ended.Token), kept.KeepCheckpointsAsync(ended.Token));
        try
        {
            return await supervisor.WaitAsync(spec, cancellationToken);
        }
        finally
        {
            await ended.CancelAsync();
            await meanwhile;
        }
    }

    private bool TryReadTimeLimit(AttemptAssignment attempt, TaskInput input, out TimeSpan timeLimit, out string? refusal)
    {
        var most = options.TimeLimitMax.TotalSeconds;
        timeLimit = options.TimeLimit < options.TimeLimitMax ? options.TimeLimit : options.TimeLimitMax;
        if (!input.TryFindNumber("timeout_s", 0.001, most, out var seconds, out refusal)
            || (seconds is null && !input.TryFindNumber("time_limit_s", 0.001, most, out seconds, out refusal)))
        {
            return false;
        }

        // The mesh's own limit counts where the script has none of its own, as far as this machine's operator lets it.
        seconds ??= attempt.Controls?.Timeouts?.RunS is { } run ? Math.Min(run, most) : null;
        timeLimit = seconds is { } stated ? TimeSpan.FromSeconds(stated) : timeLimit;
        return true;
    }

    // The shape that the task has everywhere else: the submitted body with what the mesh adds.
    private static string DescribeTask(AttemptAssignment attempt, TaskInput input)
    {
        var task = (JsonObject)input.Body.DeepClone();
        task["task_id"] = attempt.TaskId;
        task["attempt"] = attempt.Attempt;
        task["task_type"] = attempt.TaskType;
        task["priority"] = attempt.Priority;
        task["gpus"] = new JsonArray([.. attempt.Gpus.Select(gpu => JsonValue.Create(gpu))]);
        task["requirements"] = input.Requirements.DeepClone();
        return task.ToJsonString();
    }

    /// <summary>What an attempt asks for, checked.</summary>
    private sealed record AttemptPlan(
        AttemptAssignment Attempt, TaskInput Input, IReadOnlyList<GpuDevice> Gpus, ScriptCommand Command, TimeSpan TimeLimit);
}
