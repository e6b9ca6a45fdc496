using System.ComponentModel;
using System.Text.Json.Nodes;
using Aurora.Grains.Interfaces.Nodes;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>Runs <c>training</c> and <c>custom</c> tasks as processes of the agent's user, where the operator allows it.</summary>
internal sealed class ScriptExecutor(ScriptOptions options, TimeProvider clock) : ITaskExecutor
{
    private static readonly string[] Types = [KnownTaskTypes.Training, KnownTaskTypes.Custom];

    public ValueTask<IReadOnlyCollection<string>> GetTaskTypesAsync(CancellationToken cancellationToken) =>
        new(options.Policy == ScriptPolicy.Off ? [] : Types);

    public async Task<ExecutionOutcome> ExecuteAsync(AttemptAssignment attempt, IReadOnlyList<GpuDevice> gpus, CancellationToken cancellationToken)
    {
        if (!TaskInput.TryParse(attempt, out var input, out var refusal)
            || !ScriptCommand.TryFind(input, options, out var command, out refusal)
            || !TryReadTimeLimit(input, out var timeLimit, out refusal))
        {
            return ExecutionOutcome.Failed(refusal!);
        }

        cancellationToken.ThrowIfCancellationRequested();
        WorkDirectory.Sweep(options.WorkDirectory, clock.GetUtcNow() - options.OutputRetention - options.TimeLimitMax);
        var work = WorkDirectory.Create(options.WorkDirectory, attempt.TaskId, attempt.Attempt);
        try
        {
            return await RunAsync(attempt, input, gpus, command, work, timeLimit, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            work.Delete();
            throw;
        }
        catch (Win32Exception exception)
        {
            return ExecutionOutcome.Failed($"the script cannot be started: {exception.Message}");
        }
        finally
        {
            work.TidyUp();
        }
    }

    private async Task<ExecutionOutcome> RunAsync(
        AttemptAssignment attempt,
        TaskInput input,
        IReadOnlyList<GpuDevice> gpus,
        ScriptCommand command,
        WorkDirectory work,
        TimeSpan timeLimit,
        CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(work.InputFile, DescribeTask(attempt, input), cancellationToken);
        if (command.SourceText is { } source)
        {
            await File.WriteAllTextAsync(work.SourceFile, source, cancellationToken);
            command = command with { Arguments = [work.SourceFile, .. command.Arguments] };
        }

        var environment = ScriptEnvironment.Create(attempt, input, gpus, work, options);
        var run = await ScriptRun.RunAsync(command, environment.Variables, work, timeLimit, options, cancellationToken);
        return await ScriptReport.DescribeAsync(run, work, environment.Dropped, timeLimit, options, cancellationToken);
    }

    private bool TryReadTimeLimit(TaskInput input, out TimeSpan timeLimit, out string? refusal)
    {
        var most = options.TimeLimitMax.TotalSeconds;
        timeLimit = options.TimeLimit < options.TimeLimitMax ? options.TimeLimit : options.TimeLimitMax;
        if (!input.TryFindNumber("timeout_s", 0.001, most, out var seconds, out refusal)
            || (seconds is null && !input.TryFindNumber("time_limit_s", 0.001, most, out seconds, out refusal)))
        {
            return false;
        }

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
}
