namespace Aurora.EndToEnd.Tests.Harness;

/// <summary>What a test asks of its mesh.</summary>
internal sealed record MeshSettings
{
    /// <summary>The coordinator's name in every test.</summary>
    public const string NodeName = "coordinator-under-test";

    /// <summary>Whether the silo starts an agent of its own.</summary>
    public bool LocalNode { get; init; }

    /// <summary>A PostgreSQL connection string; null for SQLite.</summary>
    public string? Postgres { get; init; }

    /// <summary>Further variables; they win over the harness's own.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();
}
