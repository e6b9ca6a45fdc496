using Aurora.Grains.Interfaces.Tenants;

namespace Aurora.Grains.Tenants;

/// <summary>What is stored of the tenants. Add fields, never rename.</summary>
[GenerateSerializer, Alias("aurora.tenants-state")]
public sealed class TenantsGrainState
{
    [Id(0)]
    public TenantGrant[] Grants { get; set; } = [];
}
