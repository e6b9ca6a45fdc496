using System.Text.Json.Nodes;
using Aurora.Client.Abstractions.Requests;

namespace Aurora.Cli.Commands;

/// <summary><c>aurora embed</c></summary>
internal static class EmbedCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "The model. See: aurora models" };
        var texts = new Argument<string[]>("texts") { Description = "The texts; without any each line of standard input is one.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("embed", "Vectors for texts, a JSON array a line; with -o json the whole answer.") { model, texts };
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            var inputs = parsed.GetValue(texts) is { Length: > 0 } given ? given : (await Console.In.ReadToEndAsync(cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (inputs.Length == 0)
            {
                throw new UsageException("Give at least one text.");
            }

            var body = new JsonObject { ["model"] = parsed.GetRequiredValue(model), ["input"] = new JsonArray([.. inputs.Select(input => (JsonNode?)input)]) };
            var answer = await mesh.InferAsync(new OpenAiRequest(OpenAiRequest.Embeddings, body), cancellationToken);
            if (parsed.IsJson())
            {
                await Console.Out.WriteLineAsync(answer.GetRawText());
                return ExitCode.Ok;
            }

            foreach (var item in answer.GetProperty("data").EnumerateArray().OrderBy(item => item.GetProperty("index").GetInt32()))
            {
                await Console.Out.WriteLineAsync(item.GetProperty("embedding").GetRawText());
            }

            return ExitCode.Ok;
        });
        return command;
    }
}
