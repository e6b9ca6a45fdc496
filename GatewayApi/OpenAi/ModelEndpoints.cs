using System.Text.Json;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Json;

namespace Aurora.GatewayApi.OpenAi;

/// <summary><c>GET /v1/models</c>: the union over the mesh, and where each model is.</summary>
internal static class ModelEndpoints
{
    public static void MapModels(this RouteGroupBuilder routes)
    {
        routes.MapGet("/models", ListAsync).WithMetadata(RouteScope.Read).WithSummary("The models of the mesh, with the nodes that have them.")
            .Produces<object>();
        routes.MapGet("/models/{**model}", GetAsync).WithMetadata(RouteScope.Read).WithSummary("One model.").Produces<object>();
    }

    private static async Task ListAsync(HttpContext context, ModelDirectory directory) =>
        await JsonAnswer.WriteAsync(context, await directory.GetAsync(), static (writer, models) =>
        {
            writer.WriteStartObject();
            writer.WriteString("object", "list");
            writer.WriteStartArray("data");
            foreach (var model in models.All)
            {
                Write(writer, model);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });

    private static async Task GetAsync(HttpContext context, string model, ModelDirectory directory)
    {
        var models = await directory.GetAsync();
        await (models.Find(model) is { } found
            ? JsonAnswer.WriteAsync(context, found, Write)
            : OpenAiError.UnknownModel(model, [.. models.All.Select(known => known.Name)]).WriteAsync(context));
    }

    private static void Write(Utf8JsonWriter writer, MeshModel model)
    {
        writer.WriteStartObject();
        writer.WriteString("id", model.Name);
        writer.WriteString("object", "model");

        // Servers do not agree on what this time means, and clients require the member.
        writer.WriteNumber("created", 0);
        writer.WriteString("owned_by", "aurora");
        writer.WriteStartObject("aurora");
        WriteNodes(writer, "nodes", model.Nodes);
        WriteNodes(writer, "loaded_on", model.LoadedOn);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteNodes(Utf8JsonWriter writer, string name, IEnumerable<string> nodes)
    {
        writer.WriteStartArray(name);
        foreach (var node in nodes)
        {
            writer.WriteStringValue(node);
        }

        writer.WriteEndArray();
    }
}
