using System.Text;
using System.Text.RegularExpressions;
using Aurora.GatewayApi.Access;
using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Problems;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Aurora.GatewayApi.Endpoints;

/// <summary>What the whole OpenAPI document has in common: who answers, the names of the operations, and what keys may do.</summary>
internal static partial class OpenApiDocumentation
{
    private const string Key = "api_key";

    private static readonly Dictionary<string, string> Groups = new()
    {
        ["Access"] = "Keys and join tokens.",
        ["Groups"] = "Tasks that were submitted together.",
        ["Health"] = "For load balancers and service managers.",
        ["Mesh"] = "The mesh at a glance, its nodes, and what happens in it.",
        ["Nodes"] = "For the nodes themselves.",
        ["OpenAI"] = "Inference as OpenAI's clients speak it.",
        ["Routes"] = "Models that are split over variants.",
        ["Tasks"] = "Submit tasks, follow and control them.",
    };

    public static IServiceCollection AddGatewayOpenApi(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.AddDocumentTransformer((document, _, _) => Describe(document));
        options.AddOperationTransformer((operation, context, _) => NameAndGuard(operation, context));
        options.AddSchemaTransformer((schema, context, _) => RequireWhatIsAlwaysThere(schema, context));
    });

    /// <summary>A group whose routes also document how a mesh with keys refuses.</summary>
    public static RouteGroupBuilder MapDocumented(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("");
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            if (endpoint.Metadata.OfType<RouteScope>().LastOrDefault() is { Scope: not null })
            {
                foreach (var status in new[] { StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden })
                {
                    endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(ProblemBody), ["application/problem+json"]));
                }
            }
        });
        return group;
    }

    private static Task Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Aurora GPU Mesh",
            Version = AuroraGatewayOptions.Version,
            Description = "Submit tasks to a mesh of GPU nodes, follow them, and operate the mesh. Errors are RFC 9457 problem bodies, but under /v1, where they are OpenAI's.",
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "The gateway that this document is from; any other of the mesh answers the same." }];
        foreach (var tag in document.Tags ?? new HashSet<OpenApiTag>())
        {
            tag.Description = Groups.GetValueOrDefault(tag.Name ?? "");
        }

        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Key] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A key of the mesh, or a join token; asked for once the first key exists. X-API-Key carries it too.",
        };
        return Task.CompletedTask;
    }

    private static Task NameAndGuard(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var path = context.Description.RelativePath ?? "";
        operation.OperationId = NameOf(context.Description.HttpMethod ?? "GET", path);
        foreach (Match parameter in PathParameter().Matches(path))
        {
            Declare(operation, parameter.Groups[1].Value, ParameterLocation.Path);
        }

        // A summary names what the address may carry, as ?name=.
        foreach (Match parameter in QueryParameter().Matches(operation.Summary ?? ""))
        {
            Declare(operation, parameter.Groups[1].Value, ParameterLocation.Query);
        }

        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<RouteScope>().LastOrDefault() is { } scope)
        {
            operation.Security = scope.Scope is null ? [] : [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Key, context.Document)] = [] }];
        }

        return Task.CompletedTask;
    }

    /// <summary>What is null is not written, so nobody may count on it.</summary>
    private static Task RequireWhatIsAlwaysThere(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        foreach (var property in context.JsonTypeInfo.Properties.Where(property => property.IsGetNullable))
        {
            schema.Required?.Remove(property.Name);
        }

        return Task.CompletedTask;
    }

    /// <summary>Handlers that read the request themselves declare no parameters.</summary>
    private static void Declare(OpenApiOperation operation, string name, ParameterLocation location)
    {
        operation.Parameters ??= [];
        if (operation.Parameters.All(known => known.Name != name))
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = name,
                In = location,
                Required = location is ParameterLocation.Path,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }
    }

    /// <summary><c>GET tasks/{task_id}/logs</c> is <c>getTasksByTaskIdLogs</c>.</summary>
    private static string NameOf(string method, string path)
    {
        var name = new StringBuilder(method.ToLowerInvariant());
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment[0] == '{')
            {
                name.Append("By");
            }

            foreach (var word in segment.Split(['{', '}', '_', '-', '.', '*', ':'], StringSplitOptions.RemoveEmptyEntries))
            {
                name.Append(char.ToUpperInvariant(word[0])).Append(word.AsSpan(1));
            }
        }

        return name.ToString();
    }

    [GeneratedRegex(@"\{\**([^}:]+)[^}]*\}")]
    private static partial Regex PathParameter();

    [GeneratedRegex(@"\?([a-z_]+)=")]
    private static partial Regex QueryParameter();
}
