using System.Text.Json;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Tenants;
using Aurora.Submissions;
using Microsoft.OpenApi;

namespace Aurora.GatewayApi.Tenants;

/// <summary>Reads what a tenant is to be granted.</summary>
internal static class TenantParser
{
    private const double WeightMax = 1_000_000;
    private const string QuotaMust = "must be null or an integer of at least 0";

    /// <summary>The grant, or what is wrong with the body. A member that is left out has its default: weight 1, no quota.</summary>
    public static (TenantGrant? Grant, Problem? Problem) Parse(string tenant, JsonElement body)
    {
        if (body.ValueKind is not JsonValueKind.Object)
        {
            return (null, Problem.Broken("The body must be an object such as {\"weight\":2,\"gpus_max\":8,\"queued_max\":1000}."));
        }

        var errors = new FieldErrors("");
        if (!TenantRule.IsGood(tenant))
        {
            errors.Add("tenant", TenantRule.Must);
        }

        var grant = new TenantGrant(tenant, 1, null, null);
        foreach (var member in body.EnumerateObject())
        {
            switch (member.Name)
            {
                case "weight" when member.Value.ValueKind is JsonValueKind.Number && member.Value.TryGetDouble(out var weight) && weight is > 0 and <= WeightMax:
                    grant = grant with { Weight = weight };
                    break;
                case "weight":
                    errors.Add("weight", $"must be a number above 0, at most {WeightMax}");
                    break;
                case "gpus_max" when IsQuota(member.Value, out var quota):
                    grant = grant with { GpusMax = quota };
                    break;
                case "queued_max" when IsQuota(member.Value, out var quota):
                    grant = grant with { QueuedMax = quota };
                    break;
                case "gpus_max" or "queued_max":
                    errors.Add(member.Name, QuotaMust);
                    break;
                default:
                    errors.Add(member.Name.Length <= 128 ? member.Name : member.Name[..128], "is not known; there are weight, gpus_max and queued_max");
                    break;
            }
        }

        return errors.Any ? (null, Problem.From(errors.ToRefusal())) : (grant, null);
    }

    /// <summary>Describes the body.</summary>
    public static RouteHandlerBuilder WithTenantBody(this RouteHandlerBuilder endpoint) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/json"] = new()
                    {
                        Schema = new OpenApiSchema
                        {
                            Type = JsonSchemaType.Object,
                            AdditionalPropertiesAllowed = false,
                            Properties = new Dictionary<string, IOpenApiSchema>
                            {
                                ["weight"] = new OpenApiSchema { Type = JsonSchemaType.Number, ExclusiveMinimum = "0", Maximum = "1000000", Default = 1, Description = "Its share relative to others'." },
                                ["gpus_max"] = Quota("The most GPUs that its attempts hold at once in each pool."),
                                ["queued_max"] = Quota("The most tasks of it that wait at once in each pool; further submits are answered with 429."),
                            },
                        },
                    },
                },
            };
            return Task.CompletedTask;
        });

    private static OpenApiSchema Quota(string description) =>
        new() { Type = JsonSchemaType.Integer | JsonSchemaType.Null, Minimum = "0", Description = description };

    private static bool IsQuota(JsonElement value, out int? quota)
    {
        quota = value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;
        return value.ValueKind is JsonValueKind.Null || quota >= 0;
    }
}
