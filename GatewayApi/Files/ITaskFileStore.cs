namespace Aurora.GatewayApi.Files;

/// <summary>
/// The files of tasks: contents by their SHA-256, and sets that name them. What no set of its task names goes when a set is
/// replaced. Every gateway of a mesh must see the same store.
/// </summary>
internal interface ITaskFileStore
{
    /// <summary>Whether the task has this content.</summary>
    bool Has(string taskId, string sha256);

    /// <summary>Takes a content; it appears as a whole or not at all.</summary>
    Task<PutOutcome> PutAsync(string taskId, string sha256, Stream content, CancellationToken cancellation);

    /// <summary>A content to read from any place, or null.</summary>
    FileStream? Open(string taskId, string sha256);

    /// <summary>The set of this name, or null.</summary>
    FileManifest? Find(string taskId, string set);

    /// <summary>The names of the task's sets, in order.</summary>
    IReadOnlyList<string> SetsOf(string taskId);

    /// <summary>Replaces a set. False when the task lacks a content that it names.</summary>
    bool TryReplace(string taskId, string set, FileManifest manifest);

    /// <summary>Deletes the files of tasks that got none since then.</summary>
    void Sweep(DateTimeOffset unchangedSince);
}

/// <summary>What became of a content.</summary>
internal enum PutOutcome
{
    Stored,

    /// <summary>It is larger than one file may be.</summary>
    FileTooLarge,

    /// <summary>The task has as much as it may have.</summary>
    TaskFull,

    /// <summary>The store has no room to spare.</summary>
    StoreFull,

    /// <summary>What came has another hash.</summary>
    OtherContent,
}
