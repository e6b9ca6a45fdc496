using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Aurora.Submissions;

namespace Aurora.Client;

/// <summary>What the ids of one submit's tasks are made of. The caller's own key means the same here as at a gateway without API keys.</summary>
/// <param name="Stem">What the ids begin with.</param>
/// <param name="RequestHash">Of the body, where the caller named the submit: a repeat with another one is a conflict.</param>
internal sealed record SubmitKey(string Stem, string? RequestHash)
{
    public static SubmitKey Of(SubmitOptions? options, JsonNode body)
    {
        var key = SubmitOptions.KeyOf(options);

        // A key that was made here is known to nobody else, and its ids sort in the order of submission.
        return options?.IdempotencyKey is null
            ? new SubmitKey(MeshConstants.TaskIdPrefix + key, null)
            : new SubmitKey(KeyedSubmit.StemOf("", key), KeyedSubmit.HashOf(SHA256.HashData(Encoding.UTF8.GetBytes(body.ToJsonString()))));
    }
}
