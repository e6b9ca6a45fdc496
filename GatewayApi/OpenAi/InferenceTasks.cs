using System.Text;
using System.Text.Json;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Observability;
using Aurora.GatewayApi.Output;
using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.Routes;
using Aurora.GatewayApi.Submissions;
using Aurora.Grains.Interfaces;
using Aurora.Grains.Interfaces.Models;
using Aurora.Grains.Interfaces.Output;
using Aurora.Grains.Interfaces.Schedulers;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.OpenAi;

/// <summary>Serves requests as tasks: submits, answers, and cancels what its client no longer waits for.</summary>
internal sealed partial class InferenceTasks(
    IGrainFactory grains, SubmitOutbox outbox, TaskIdSource ids, TaskOutputReader outputs, GatewayInstruments instruments, TimeProvider time, ILogger<InferenceTasks> logger)
{
    public const string TaskHeader = "X-Aurora-Task";
    public const string NodeHeader = "X-Aurora-Node";
    public const string ReasonHeader = "X-Aurora-Reason";

    private static readonly TimeSpan OneWait = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan CancelPause = TimeSpan.FromMilliseconds(250);
    private const int CancelTriesMax = 20;

    public async Task ServeAsync(HttpContext context, InferenceRequest request, MeshModel? model, RouteObservation? seen = null)
    {
        var taskId = ids.Next();
        var call = new InferenceCall(taskId, model, instruments, time) { Seen = seen };
        try
        {
            var spec = request.ToTask(CallerKey.Of(context)).For(TenantName.Of(context)) with { Pool = model?.Pool ?? MeshConstants.DefaultPool };
            var outcome = await outbox.SubmitAsync(new NewTask(taskId, spec, Watched: true));
            if (outcome.Status == "refused")
            {
                call.HasEnded = true;
                await Problem.QueueFull(outcome.Message!).ExecuteAsync(context);
                return;
            }

            call.Submitted(outcome);
            context.Response.Headers[TaskHeader] = taskId;
            await (request.Streams ? StreamAsync(context, call) : AnswerAsync(context, call));
        }
        catch (Exception) when (!call.HasEnded)
        {
            // Whoever asked is gone, or cannot be answered: nobody needs what the node still makes.
            _ = CancelAsync(taskId);
            throw;
        }
    }

    private async Task AnswerAsync(HttpContext context, InferenceCall call)
    {
        var task = await WaitAsync(call, context.RequestAborted);
        await AnswerWholeAsync(context, call, task);
    }

    private async Task StreamAsync(HttpContext context, InferenceCall call)
    {
        var events = new EventStream(context);
        await foreach (var item in outputs.ReadAsync(call.TaskId, OutputPosition.Start, context.RequestAborted))
        {
            if (item.Kind is not OutputKind.Delta)
            {
                continue;
            }

            var attempt = OutputPosition.AttemptOf(item.Position);
            if (!events.HasStarted)
            {
                await DescribeAsync(context, call, attempt);
            }

            if (events.Follows(item.Position) is { } broken)
            {
                await EndTornAsync(events, call, broken);
                return;
            }

            call.SawEvent(item.Text);
            await events.WriteAsync(item.Text);
            if (item.Text == EventStream.Done)
            {
                // The task ends a moment later, with or without this client.
                call.HasEnded = true;
                return;
            }
        }

        var task = await WaitAsync(call, context.RequestAborted);
        if (events.HasStarted)
        {
            call.Fail();
            await events.WriteErrorAsync(OpenAiError.Upstream(task?.Error ?? "The stream ended before it was done."));
            return;
        }

        await AnswerWholeAsync(context, call, task);
    }

    /// <summary>What a client has seen the beginning of cannot be begun again: its task is of no use any more.</summary>
    private async Task EndTornAsync(EventStream events, InferenceCall call, OpenAiError error)
    {
        call.HasEnded = true;
        call.Fail();
        _ = CancelAsync(call.TaskId);
        await events.WriteErrorAsync(error);
    }

    private async Task AnswerWholeAsync(HttpContext context, InferenceCall call, TaskView? task)
    {
        call.Describe(context, task?.AssignedNode);
        if (task is { Status: "completed", Result: { } result })
        {
            call.SawAnswer(result);
            await JsonAnswer.WriteAsync(context, Encoding.UTF8.GetBytes(result), StatusCodes.Status200OK);
            return;
        }

        if (task is { Status: "cancelled" })
        {
            await OpenAiError.Cancelled.WriteAsync(context);
            return;
        }

        if (await FindRefusalAsync(call.TaskId) is var (status, body))
        {
            await JsonAnswer.WriteAsync(context, body, status);
            return;
        }

        await OpenAiError.Upstream(task?.Error).WriteAsync(context);
    }

    /// <summary>Where the attempt runs that writes first; the submit said so unless the task waited or moved.</summary>
    private async Task DescribeAsync(HttpContext context, InferenceCall call, int attempt)
    {
        var node = call.NodeOf(attempt) ?? (await grains.GetReference<ITaskGrain>(call.TaskId).GetAsync())?.AssignedNode;
        call.Describe(context, node);
    }

    private async Task<TaskView?> WaitAsync(InferenceCall call, CancellationToken cancellation)
    {
        var grain = grains.GetReference<ITaskGrain>(call.TaskId);
        while (true)
        {
            try
            {
                if (await grain.WaitAsync(OneWait).WaitAsync(cancellation) is { HasEnded: true } task)
                {
                    call.HasEnded = true;
                    return task;
                }
            }
            catch (Exception exception) when (ProblemMiddleware.IsUnavailable(exception))
            {
                // The task is committed and goes on; whoever waits for it waits through the loss of a silo.
                await Task.Delay(CancelPause, time, cancellation);
            }
        }
    }

    private async Task<(int Status, byte[] Body)?> FindRefusalAsync(string taskId)
    {
        var page = await grains.GetGrain<ITaskOutputGrain>(taskId).ReadAsync(OutputPosition.Start, TimeSpan.Zero);
        if (page.Items.LastOrDefault(item => item.Kind is OutputKind.Refusal) is not { Text: { } text })
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            return root.GetProperty("status").GetInt32() is var status and >= 400 and <= 599
                ? (status, Encoding.UTF8.GetBytes(root.GetProperty("body").GetRawText()))
                : null;
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // A node wrote what is no refusal; the task's own error says enough.
            return null;
        }
    }

    private async Task CancelAsync(string taskId)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await grains.GetReference<ITaskGrain>(taskId).CancelAsync();
                return;
            }
            catch (Exception exception)
            {
                if (tries == CancelTriesMax)
                {
                    LogNotCancelled(taskId, exception);
                    return;
                }

                await Task.Delay(CancelPause, time);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Task {TaskId} has no client any more and could not be cancelled")]
    private partial void LogNotCancelled(string taskId, Exception exception);
}
