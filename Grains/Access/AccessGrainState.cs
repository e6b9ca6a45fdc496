using Aurora.Grains.Interfaces.Access;

namespace Aurora.Grains.Access;

/// <summary>What is stored of the keys. Add fields, never rename.</summary>
[GenerateSerializer, Alias("aurora.access-state")]
public sealed class AccessGrainState
{
    [Id(0)]
    public AccessKey[] Keys { get; set; } = [];
}
