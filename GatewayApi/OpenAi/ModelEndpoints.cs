using System.Text.Json;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Json;
using Aurora.GatewayApi.Routes;
using Aurora.Grains.Interfaces.Models;
using Aurora.Grains.Interfaces.Routes;

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

    private static async Task ListAsync(HttpContext context, ModelDirectory directory, RouteDirectory routes) =>
        await JsonAnswer.WriteAsync(context, (Models: await directory.GetAsync(), Routes: await routes.GetAsync()), static (writer, mesh) =>
        {
            writer.WriteStartObject();
            writer.WriteString("object", "list");
            writer.WriteStartArray("data");
            foreach (var model in mesh.Models.All.Where(model => !mesh.Routes.Any(route => route.Name == model.Name)))
            {
                Write(writer, model);
            }

            foreach (var route in mesh.Routes)
            {
                Write(writer, route);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });

    private static async Task GetAsync(HttpContext context, string model, ModelDirectory directory, RouteDirectory routes)
    {
        if (await routes.FindAsync(model) is { } route)
        {
            await JsonAnswer.WriteAsync(context, route, Write);
            return;
        }

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
        if (model.VramBytes.Count > 0)
        {
            writer.WriteStartObject("vram_bytes");
            foreach (var (node, bytes) in model.VramBytes)
            {
                writer.WriteNumber(node, bytes);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ModelRoute route)
    {
        writer.WriteStartObject();
        writer.WriteString("id", route.Name);
        writer.WriteString("object", "model");
        writer.WriteNumber("created", 0);
        writer.WriteString("owned_by", "aurora");
        writer.WriteStartObject("aurora");
        WriteNodes(writer, "route_to", route.Variants.Select(variant => variant.Model).Distinct());
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
