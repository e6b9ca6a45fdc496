using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Aurora.Client.Abstractions.Requests;

namespace Aurora.Cli.Commands;

/// <summary><c>aurora chat</c></summary>
internal static class ChatCommand
{
    public static Command Create()
    {
        var model = new Argument<string>("model") { Description = "The model. See: aurora models" };
        var prompt = new Argument<string?>("prompt") { Description = "What to say; without it each line of standard input is said in turn.", Arity = ArgumentArity.ZeroOrOne };
        var system = new Option<string?>("--system") { Description = "What the model is told about its part." };
        var priority = new Option<int?>("--priority", "-p") { Description = "0 (lowest) to 10 (highest)." };
        var command = new Command("chat", "Talks with a model of the mesh; the answer comes as it is written.") { model, prompt, system, priority };
        command.SetMeshAction(async (parsed, mesh, cancellationToken) =>
        {
            var talk = new JsonArray();
            if (parsed.GetValue(system) is { } part)
            {
                talk.Add((JsonNode)Said("system", part));
            }

            var session = Guid.NewGuid().ToString("N");
            for (var said = parsed.GetValue(prompt) ?? await ListenAsync(cancellationToken); said is not null; said = parsed.GetValue(prompt) is null ? await ListenAsync(cancellationToken) : null)
            {
                talk.Add((JsonNode)Said("user", said));
                var request = new OpenAiRequest(OpenAiRequest.Chat, new JsonObject { ["model"] = parsed.GetRequiredValue(model), ["messages"] = talk.DeepClone() })
                {
                    Priority = parsed.GetValue(priority),
                    Session = session,
                };
                talk.Add((JsonNode)Said("assistant", parsed.IsJson() ? await AnswerAsync(mesh, request, cancellationToken) : await StreamAsync(mesh, request, cancellationToken)));
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static JsonObject Said(string role, string text) => new() { ["role"] = role, ["content"] = text };

    private static async Task<string?> ListenAsync(CancellationToken cancellationToken)
    {
        if (!Console.IsInputRedirected)
        {
            await Console.Error.WriteAsync("> ");
        }

        return await Console.In.ReadLineAsync(cancellationToken);
    }

    private static async Task<string> AnswerAsync(AuroraHttpMesh mesh, OpenAiRequest request, CancellationToken cancellationToken)
    {
        var answer = await mesh.InferAsync(request, cancellationToken);
        await Console.Out.WriteLineAsync(answer.GetRawText());
        return TextOf(answer, "message");
    }

    private static async Task<string> StreamAsync(AuroraHttpMesh mesh, OpenAiRequest request, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        await foreach (var piece in mesh.StreamAsync(request, cancellationToken))
        {
            var words = TextOf(piece, "delta") is { Length: > 0 } streamed ? streamed : TextOf(piece, "message");
            text.Append(words);
            await Console.Out.WriteAsync(words);
            await Console.Out.FlushAsync(cancellationToken);
        }

        await Console.Out.WriteLineAsync();
        return text.ToString();
    }

    private static string TextOf(JsonElement answer, string part) =>
        answer.TryGetProperty("choices", out var choices) && choices.ValueKind is JsonValueKind.Array && choices.GetArrayLength() > 0
        && choices[0].TryGetProperty(part, out var message) && message.TryGetProperty("content", out var content) && content.ValueKind is JsonValueKind.String
            ? content.GetString()!
            : "";
}
