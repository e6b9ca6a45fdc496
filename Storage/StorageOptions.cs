namespace Aurora.Storage;

/// <summary>Where a mesh keeps its truth.</summary>
public sealed class StorageOptions
{
    public const string DefaultSqlitePath = "aurora.db";
    public const int DefaultWriterLoops = 2;

    /// <summary>A PostgreSQL database, which several machines can share. Default: none, and the SQLite file is used.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The SQLite file of a mesh with one silo; used when there is no connection string. Default: aurora.db.</summary>
    public string SqlitePath { get; set; } = DefaultSqlitePath;

    /// <summary>PostgreSQL connections that commit groups of task operations at the same time. Default: 2.</summary>
    public int WriterLoops { get; set; } = DefaultWriterLoops;
}
