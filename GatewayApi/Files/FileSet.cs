using System.Globalization;

namespace Aurora.GatewayApi.Files;

/// <summary>The sets of files that a task may have.</summary>
internal static class FileSet
{
    /// <summary>What the next attempt goes on from.</summary>
    public const string Checkpoint = "checkpoint";

    /// <summary>What the task made.</summary>
    public const string Artifacts = "artifacts";

    /// <summary>What an attempt wrote; each attempt has its own.</summary>
    public const string Log = "log";

    public static bool IsKnown(string name) => name is Checkpoint or Artifacts or Log;

    /// <summary>The name under which the set of an attempt is kept.</summary>
    public static string Of(string name, int attempt) =>
        name == Log ? string.Create(CultureInfo.InvariantCulture, $"{Log}.{attempt:D6}") : name;
}
