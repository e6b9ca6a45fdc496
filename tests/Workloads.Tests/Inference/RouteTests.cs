using System.ClientModel;
using System.Text;
using System.Text.Json;
using Aurora.EndToEnd.Tests.Harness;
using Aurora.InferenceBackend;
using OpenAI;
using OpenAI.Chat;

namespace Aurora.Workloads.Tests.Inference;

/// <summary>One name for clients, two models behind it, and what became of the requests to each.</summary>
public sealed class RouteTests
{
    private const int Users = 40;

    [Fact]
    public async Task A_route_splits_users_over_its_variants_and_its_report_outlives_the_silo()
    {
        await using var mesh = await MeshProcess.StartAsync();
        await using var good = await InferenceNode.JoinAsync(mesh, "good", new BackendBehaviour { Models = ["steady"] });
        await using var bad = await InferenceNode.JoinAsync(mesh, "bad", new BackendBehaviour { Models = ["broken"], RefusesWith = 400 });
        var (status, _) = await mesh.Client.SendAsync(
            HttpMethod.Put, "routes/assistant", """{"variants":[{"name":"a","model":"steady","weight":1},{"name":"b","model":"broken","weight":1}]}""");
        Assert.Equal(200, (int)status);
        var chat = new OpenAIClient(new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new Uri(mesh.Url, "v1"), RetryPolicy = new System.ClientModel.Primitives.ClientRetryPolicy(maxRetries: 0) })
            .GetChatClient("assistant");

        var first = await AskAllAsync(chat, streams: false);
        var second = await AskAllAsync(chat, streams: true);

        Assert.Equal(first, second);
        var answered = first.Count(isAnswered => isAnswered);
        Assert.InRange(answered, 1, Users - 1);
        Assert.All(good.Server.Bodies, body => Assert.Equal("steady", JsonDocument.Parse(body).RootElement.GetProperty("model").GetString()));
        await SeeReportAsync(mesh, answered);
        await mesh.StopAsync();
        await mesh.StartAgainAsync();
        await SeeReportAsync(mesh, answered);
    }

    private static async Task<List<bool>> AskAllAsync(ChatClient chat, bool streams)
    {
        var answered = new List<bool>();
        foreach (var user in Enumerable.Range(0, Users))
        {
            var options = new ChatCompletionOptions { EndUserId = $"user {user}" };
            var text = new StringBuilder();
            try
            {
                if (streams)
                {
                    await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage("hello")], options))
                    {
                        text.AppendJoin("", update.ContentUpdate.Select(part => part.Text));
                    }
                }
                else
                {
                    text.Append((await chat.CompleteChatAsync([new UserChatMessage("hello")], options)).Value.Content[0].Text);
                }

                answered.Add(text.ToString().StartsWith("word0", StringComparison.Ordinal));
            }
            catch (ClientResultException refused) when (refused.Status == 400)
            {
                answered.Add(false);
            }
        }

        return answered;
    }

    private static Task SeeReportAsync(MeshProcess mesh, int answered) => Eventually.SeeAsync(
        "the report has every request",
        async () => (await mesh.Client.GetAsync("routes/assistant/report")).Array("variants"),
        variants => (variants[0]!.Number("requests"), variants[0]!.Number("failures"), variants[1]!.Number("requests"), variants[1]!.Number("failures"))
                == (2 * answered, 0, 2 * (Users - answered), 2 * (Users - answered))
            && variants[0]!.Object("time_to_first_token_s").Number("count") == answered
            && variants[0]!.Object("tokens_per_s").Number("count") == 2 * answered
            && variants[0]!.Object("latency_s").Object("mean")["low"]!.GetValue<double>() > 0,
        () => mesh.Tail);
}
