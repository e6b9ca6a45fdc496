using System.Text.Json;
using Aurora.Scheduling.Sharing;

namespace Aurora.Silo;

/// <summary>Reads <c>AURORA_TENANTS</c>: an object of tenants, each with <c>weight</c>, <c>gpus_max</c>, <c>queued_max</c>, <c>budget_per_day</c> and <c>budget_per_month</c>.</summary>
internal static class TenantSettings
{
    private const string Variable = "AURORA_TENANTS";
    private const int NameLengthMax = 128;
    private const string WeightMust = "a number above 0";
    private const string Members = "weight, gpus_max, queued_max, budget_per_day and budget_per_month";
    private const string BudgetMust = "a number of at least 0";
    private const string QuotaMust = "an integer of at least 0";

    /// <exception cref="SettingsException">The text is something else; the message names what, and what it must be.</exception>
    public static IReadOnlyDictionary<string, TenantPolicy> Parse(string? text)
    {
        var tenants = new Dictionary<string, TenantPolicy>(StringComparer.Ordinal);
        if (string.IsNullOrEmpty(text))
        {
            return tenants;
        }

        using var document = ParseObject(text);
        foreach (var tenant in document.RootElement.EnumerateObject())
        {
            if (tenant.Name.Length is 0 or > NameLengthMax || tenant.Name.Any(char.IsControl))
            {
                throw new SettingsException($"{Variable} has a tenant whose name is not 1 to {NameLengthMax} printable characters.");
            }

            if (!tenants.TryAdd(tenant.Name, Read(tenant)))
            {
                throw new SettingsException($"{Variable} names {tenant.Name} twice.");
            }
        }

        return tenants;
    }

    private static JsonDocument ParseObject(string text)
    {
        try
        {
            if (JsonDocument.Parse(text) is { RootElement.ValueKind: JsonValueKind.Object } document)
            {
                return document;
            }
        }
        catch (JsonException)
        {
            // The message below says what it must be.
        }

        throw new SettingsException(
            $"{Variable} is no JSON object such as {{\"vision\":{{\"weight\":2,\"gpus_max\":8,\"queued_max\":1000}}}}.");
    }

    private static TenantPolicy Read(JsonProperty tenant)
    {
        if (tenant.Value.ValueKind is not JsonValueKind.Object)
        {
            throw new SettingsException($"{Variable}: {tenant.Name} is {tenant.Value.GetRawText()}; it must be an object with {Members}.");
        }

        var policy = TenantPolicy.Default;
        foreach (var member in tenant.Value.EnumerateObject())
        {
            policy = member.Name switch
            {
                "weight" => policy with
                {
                    Weight = member.Value.ValueKind is JsonValueKind.Number && member.Value.TryGetDouble(out var weight) && double.IsFinite(weight) && weight > 0
                        ? weight
                        : throw Refuse(WeightMust),
                },
                "gpus_max" => policy with { GpusMax = Quota() },
                "queued_max" => policy with { QueuedMax = Quota() },
                "budget_per_day" => policy with { Budget = policy.Budget with { PerDay = Amount() } },
                "budget_per_month" => policy with { Budget = policy.Budget with { PerMonth = Amount() } },
                _ => throw new SettingsException($"{Variable}: {tenant.Name}.{member.Name} is not known; there are {Members}."),
            };

            int Quota() => member.Value.ValueKind is JsonValueKind.Number && member.Value.TryGetInt32(out var quota) && quota >= 0 ? quota : throw Refuse(QuotaMust);

            double Amount() => member.Value.ValueKind is JsonValueKind.Number && member.Value.TryGetDouble(out var amount) && double.IsFinite(amount) && amount >= 0
                ? amount
                : throw Refuse(BudgetMust);

            SettingsException Refuse(string must) => new($"{Variable}: {tenant.Name}.{member.Name} is {member.Value.GetRawText()}; it must be {must}.");
        }

        return policy;
    }
}
