namespace Aurora.Testing;

/// <summary>What a server of one's own is started with.</summary>
/// <param name="DataFolder">Where its data is; null for a temporary folder.</param>
/// <param name="OtherAddress">An address of this machine on which it listens as well, to all of that /24 network.</param>
/// <param name="WalMegabytesMax">How much write-ahead log it keeps before a checkpoint, in MiB; at least two segments of 16.</param>
public sealed record PostgresSettings(string? DataFolder = null, string? OtherAddress = null, int WalMegabytesMax = 1024);
