using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aurora.Cli.Commands;

/// <summary>What describes a task on the command line.</summary>
internal static class TaskOptions
{
    private static readonly Argument<string?> Type = new("type") { Description = "llm_inference, embeddings, training, custom, test, or a type that a node announces.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> File = new("--file", "-f") { Description = "The task as JSON, or an array of tasks; - reads standard input." };
    private static readonly Option<int?> Priority = new("--priority", "-p") { Description = "0 (lowest) to 10 (highest); 5 when not given." };
    private static readonly Option<double?> MemoryGb = new("--memory-gb") { Description = "GPU memory in GB, in total." };
    private static readonly Option<int?> GpuCount = new("--gpus") { Description = "GPUs of one node." };
    private static readonly Option<int?> Nodes = new("--nodes") { Description = "Different nodes that it needs at once, each with the GPUs and the memory." };
    private static readonly Option<string?> GpuType = new("--gpu-type") { Description = "GPU type, e.g. \"RTX 4090\"." };
    private static readonly Option<string?> PreferGpu = new("--prefer-gpu") { Description = "GPU type that is taken where one is free, and no reason to wait, e.g. A40." };
    private static readonly Option<string[]> PreferLabel = new("--prefer-label") { Description = "A label of nodes that is preferred in the same way, as key=value; may be given again." };
    private static readonly Option<string?> Model = new("--model") { Description = "The model to run." };
    private static readonly Option<string?> Prompt = new("--prompt") { Description = "The text for llm_inference." };
    private static readonly Option<string?> Script = new("--script") { Description = "The script for training and custom: a file in the node's scripts directory." };
    private static readonly Option<string?> Payload = new("--payload") { Description = "The payload as JSON." };
    private static readonly Option<string[]> Label = new("--label", "-l") { Description = "A label of it as key=value; may be given again." };
    private static readonly Option<string?> Pool = new("--pool") { Description = "The pool whose nodes may run it." };

    static TaskOptions() => Type.CompletionSources.Add("llm_inference", "embeddings", "training", "custom", "test");

    /// <summary>Adds them to a command.</summary>
    public static void AddTo(Command command)
    {
        command.Add(Type);
        foreach (var option in new Option[] { File, Priority, MemoryGb, GpuCount, Nodes, GpuType, PreferGpu, PreferLabel, Model, Prompt, Script, Payload, Label, Pool })
        {
            command.Add(option);
        }
    }

    /// <summary>The tasks that the command line describes, or that its file has.</summary>
    /// <exception cref="UsageException">They cannot be read.</exception>
    public static async Task<IReadOnlyList<MeshTaskRequest>> ReadAsync(ParseResult parsed, CancellationToken cancellationToken)
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

        return new MeshTaskRequest(parsed.GetValue(Type) ?? throw new UsageException("Give a task type or --file. See: aurora --help"))
        {
            Priority = parsed.GetValue(Priority) ?? 5,
            MemoryGb = parsed.GetValue(MemoryGb),
            GpuCount = parsed.GetValue(GpuCount),
            Nodes = parsed.GetValue(Nodes),
            GpuType = parsed.GetValue(GpuType),
            PreferredGpuType = parsed.GetValue(PreferGpu),
            PreferredNodeLabels = LabelsOf(parsed, PreferLabel),
            Model = parsed.GetValue(Model),
            Payload = parsed.GetValue(Payload) is { } payload ? Parse(payload, "--payload") : null,
            Members = members,
            Labels = LabelsOf(parsed, Label),
            Pool = parsed.GetValue(Pool),
        };
    }

    private static Dictionary<string, string>? LabelsOf(ParseResult parsed, Option<string[]> option)
    {
        if (parsed.GetValue(option) is not { Length: > 0 } texts)
        {
            return null;
        }

        var labels = new Dictionary<string, string>();
        foreach (var text in texts)
        {
            if (text.Split('=', 2) is not [{ Length: > 0 } key, var value] || !labels.TryAdd(key, value))
            {
                throw new UsageException($"{option.Name} must be key=value, each key once.");
            }
        }

        return labels;
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
