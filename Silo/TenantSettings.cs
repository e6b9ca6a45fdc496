using System.Text.Json;
using Aurora.Scheduling.Sharing;

namespace Aurora.Silo;

/// <summary>Reads <c>AURORA_TENANTS</c>: an object of tenants, each with <c>weight</c>, <c>gpus_max</c>, <c>queued_max</c>, <c>budget_per_day</c> and <c>budget_per_month</c>.</summary>
internal static class TenantSettings
{
    private const string Must = "it must be a JSON object such as {\"vision\":{\"weight\":2,\"gpus_max\":8,\"queued_max\":1000}}, with weights above 0, quotas and budgets (budget_per_day, budget_per_month) of at least 0";

    /// <exception cref="SettingsException">The text is something else.</exception>
    public static IReadOnlyDictionary<string, TenantPolicy> Parse(string? text)
    {
        var tenants = new Dictionary<string, TenantPolicy>(StringComparer.Ordinal);
        if (string.IsNullOrEmpty(text))
        {
            return tenants;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            foreach (var tenant in document.RootElement.EnumerateObject())
            {
                tenants[tenant.Name] = Read(tenant);
            }

            return tenants;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new SettingsException($"AURORA_TENANTS is no such object: {Must}.");
        }
    }

    private static TenantPolicy Read(JsonProperty tenant)
    {
        var policy = TenantPolicy.Default;
        foreach (var member in tenant.Value.EnumerateObject())
        {
            policy = member.Name switch
            {
                "weight" => policy with { Weight = member.Value.GetDouble() },
                "gpus_max" => policy with { GpusMax = member.Value.GetInt32() },
                "queued_max" => policy with { QueuedMax = member.Value.GetInt32() },
                "budget_per_day" => policy with { Budget = policy.Budget with { PerDay = member.Value.GetDouble() } },
                "budget_per_month" => policy with { Budget = policy.Budget with { PerMonth = member.Value.GetDouble() } },
                _ => throw new FormatException(),
            };
        }

        return tenant.Name.Length > 0 && double.IsFinite(policy.Weight) && policy is { Weight: > 0, GpusMax: null or >= 0, QueuedMax: null or >= 0, Budget.IsValid: true }
            ? policy
            : throw new FormatException();
    }
}
