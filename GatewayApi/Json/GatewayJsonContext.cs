using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aurora.GatewayApi.Endpoints;
using Aurora.GatewayApi.Files;
using Aurora.GatewayApi.Groups;
using Aurora.GatewayApi.Problems;
using Aurora.GatewayApi.Routes;
using Aurora.GatewayApi.Tenants;

namespace Aurora.GatewayApi.Json;

/// <summary>Every small body of the gateway. Bodies with user JSON inside are written by hand, see <see cref="TaskJson"/>.</summary>
[JsonSerializable(typeof(Identity))]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(Bootstrap))]
[JsonSerializable(typeof(SubmitAnswer))]
[JsonSerializable(typeof(Explanation))]
[JsonSerializable(typeof(PlanAnswer))]
[JsonSerializable(typeof(NewKeyBody))]
[JsonSerializable(typeof(NewKey))]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(FileManifest))]
[JsonSerializable(typeof(ArtifactList))]
[JsonSerializable(typeof(Group))]
[JsonSerializable(typeof(GroupCancelled))]
[JsonSerializable(typeof(GroupRetried))]
[JsonSerializable(typeof(Queue))]
[JsonSerializable(typeof(Costs))]
[JsonSerializable(typeof(NodeTasks))]
[JsonSerializable(typeof(RouteBody))]
[JsonSerializable(typeof(RouteShown))]
[JsonSerializable(typeof(RouteList))]
[JsonSerializable(typeof(TenantList))]
[JsonSerializable(typeof(TenantShown))]
[JsonSerializable(typeof(RouteReport))]
internal sealed partial class GatewayJsonContext : JsonSerializerContext
{
    /// <summary>The context to use: snake_case, nothing written for what is absent, text readable as it is.</summary>
    public static GatewayJsonContext Web { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        AllowDuplicateProperties = false,
        // Answers are JSON documents and never pasted into HTML, so only what JSON itself needs is escaped.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
