using Aurora.GatewayApi.Hosting;
using Aurora.GatewayApi.Problems;
using Aurora.Grains.Interfaces.Access;
using Aurora.Grains.Interfaces.Tasks;

namespace Aurora.GatewayApi.Access;

/// <summary>Whose tasks are whose. A key's tasks belong to the tenant of its name; without keys every task belongs to the tenant that it names.</summary>
internal static class TenantName
{
    /// <summary>The tenant of what the caller submits without naming one; null for the default tenant.</summary>
    public static string? Of(HttpContext context) => CallerKey.NameOf(context);

    /// <summary>The task as its tenant's, or the refusal of a tenant that the caller may not name.</summary>
    /// <param name="context">The request.</param>
    /// <param name="spec">The task.</param>
    /// <param name="options">Whether callers may name tenants.</param>
    /// <param name="prefix">The path of the task inside a batch.</param>
    public static (TaskSpec Spec, Problem? Problem) Apply(HttpContext context, TaskSpec spec, AuroraGatewayOptions options, string prefix = "")
    {
        var own = Of(context);
        var named = spec.Controls?.Tenant;
        if (own is null || named == own)
        {
            return (spec, null);
        }

        if (named is null)
        {
            return (spec.For(own), null);
        }

        return options.TenantsMayBeNamed || CallerKey.Has(context, AccessScopes.Operate)
            ? (spec, null)
            : (spec, Problem.Invalid(prefix + "tenant", $"must be '{own}', the name of the key, or left out"));
    }

    /// <summary>The task as a tenant's; itself for null.</summary>
    public static TaskSpec For(this TaskSpec spec, string? tenant) =>
        tenant is null ? spec : spec with { Controls = (spec.Controls ?? new TaskControls()) with { Tenant = tenant } };
}
