using Aurora.Grains.Interfaces.Access;

namespace Aurora.Grains.Access;

/// <summary>What is stored of the keys. Add fields, never rename.</summary>
public sealed class AccessGrainState
{
    public IReadOnlyList<AccessKey> Keys { get; set; } = [];
}
