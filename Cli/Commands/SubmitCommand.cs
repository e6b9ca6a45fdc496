using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aurora.Cli.Commands;

/// <summary><c>aurora submit</c></summary>
internal static class SubmitCommand
{
    private static readonly Argument<string?> Type = new("type") { Description = "llm_inference, embeddings, training, custom, test, or a type that a node announces.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> File = new("--file", "-f") { Description = "The task as JSON, or an array of tasks; - reads standard input." };
    private static readonly Option<int?> Priority = new("--priority", "-p") { Description = "0 (lowest) to 10 (highest); 5 when not given." };
    private static readonly Option<double?> MemoryGb = new("--memory-gb") { Description = "GPU memory in GB, in total." };
    private static readonly Option<int?> GpuCount = new("--gpus") { Description = "GPUs of one node." };
    private static readonly Option<string?> GpuType = new("--gpu-type") { Description = "GPU type, e.g. \"RTX 4090\"." };
    private static readonly Option<string?> Model = new("--model") { Description = "The model to run." };
    private static readonly Option<string?> Prompt = new("--prompt") { Description = "The text for llm_inference." };
    private static readonly Option<string?> Script = new("--script") { Description = "The script for training and custom: a file in the node's scripts directory." };
    private static readonly Option<string?> Payload = new("--payload") { Description = "The payload as JSON." };
    private static readonly Option<string?> IdempotencyKey = new("--idempotency-key") { Description = "The same key again means the same submit." };
    private static readonly Option<bool> Wait = new("--wait") { Description = "Wait for the end and show it; exit code 1 when it failed." };
    private static readonly Option<double?> Timeout = WaitCommand.TimeoutOption();

    public static Command Create()
    {
        Type.CompletionSources.Add("llm_inference", "embeddings", "training", "custom", "test");
        var command = new Command("submit", "Submits a task and prints its id.")
        {
            Type, File, Priority, MemoryGb, GpuCount, GpuType, Model, Prompt, Script, Payload, IdempotencyKey, Wait, Timeout,
        };
        command.SetMeshAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, AuroraHttpMesh mesh, CancellationToken cancellationToken)
    {
        var requests = await ReadAsync(parsed, cancellationToken);
        var options = new SubmitOptions { IdempotencyKey = parsed.GetValue(IdempotencyKey) };
        if (requests.Count == 1)
        {
            var handle = await mesh.SubmitAsync(requests[0], options, cancellationToken);
            if (parsed.GetValue(Wait))
            {
                await Console.Error.WriteLineAsync(handle.TaskId);
                return await WaitCommand.RunAsync(parsed, handle, parsed.GetValue(Timeout), cancellationToken);
            }

            await PrintAsync(parsed, [handle]);
            return ExitCode.Ok;
        }

        var handles = await mesh.SubmitBatchAsync(requests, options, cancellationToken);
        await PrintAsync(parsed, handles);
        return handles.All(handle => handle.Submission!.IsAccepted) ? ExitCode.Ok : ExitCode.Failure;
    }

    private static async Task PrintAsync(ParseResult parsed, IReadOnlyList<TaskHandle> handles)
    {
        if (parsed.IsJson())
        {
            Json.Print([.. handles.Select(handle => handle.Submission!)], Json.Default.IReadOnlyListTaskSubmission);
            return;
        }

        foreach (var submission in handles.Select(handle => handle.Submission!))
        {
            // The id alone on standard output can be used in a pipe; the rest is for the person.
            await Console.Out.WriteLineAsync(submission.TaskId);
            await Console.Error.WriteLineAsync(submission.Node is { } node ? $"{submission.Status} to {node}" : $"{submission.Status}: {submission.Message}");
        }
    }

    private static async Task<IReadOnlyList<MeshTaskRequest>> ReadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(File) is not { } file)
        {
            return [Describe(parsed)];
        }

        if (parsed.GetValue(Type) is not null)
        {
            throw new UsageException("Give a type or a file, not both.");
        }

        var text = file == "-" ? await Console.In.ReadToEndAsync(cancellationToken) : await System.IO.File.ReadAllTextAsync(file, cancellationToken);
        return Parse(text, "--file") switch
        {
            JsonObject task => [MeshTaskRequest.FromJson(task)],
            JsonArray tasks when tasks.Count > 1 && tasks.All(task => task is JsonObject) => [.. tasks.Select(task => MeshTaskRequest.FromJson((JsonObject)task!))],
            JsonArray { Count: 1 } tasks when tasks[0] is JsonObject task => [MeshTaskRequest.FromJson(task)],
            _ => throw new UsageException("--file must have a task as a JSON object, or an array of them."),
        };
    }

    private static MeshTaskRequest Describe(ParseResult parsed)
    {
        var members = new JsonObject();
        foreach (var (name, value) in new[] { ("prompt", parsed.GetValue(Prompt)), ("script", parsed.GetValue(Script)) })
        {
            if (value is not null)
            {
                members[name] = value;
            }
        }

        return new MeshTaskRequest(parsed.GetValue(Type) ?? throw new UsageException("Give a task type or --file. See: aurora submit --help"))
        {
            Priority = parsed.GetValue(Priority) ?? 5,
            MemoryGb = parsed.GetValue(MemoryGb),
            GpuCount = parsed.GetValue(GpuCount),
            GpuType = parsed.GetValue(GpuType),
            Model = parsed.GetValue(Model),
            Payload = parsed.GetValue(Payload) is { } payload ? Parse(payload, "--payload") : null,
            Members = members,
        };
    }

    private static JsonNode? Parse(string text, string option)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException failure)
        {
            throw new UsageException($"{option} is not JSON: {failure.Message}");
        }
    }
}
