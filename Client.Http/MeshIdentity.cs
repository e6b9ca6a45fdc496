namespace Aurora.Client.Http;

/// <summary>Who answers at an address.</summary>
public sealed record MeshIdentity(string? Service, string? Version, string? Coordinator, string? Role, string? Status);
