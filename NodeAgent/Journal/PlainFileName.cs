using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.NodeAgent.Journal;

/// <summary>File names for ids that others chose.</summary>
internal static partial class PlainFileName
{
    /// <summary>The id itself where it is a plain name, otherwise a name of its hash that starts with <paramref name="kind"/>.</summary>
    public static string Of(string id, string kind) => PlainName().IsMatch(id)
        ? id
        : $"{kind}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))}";

    /// <summary><c>TASK.ATTEMPT</c>.</summary>
    public static string Of(AttemptId attempt) => $"{Of(attempt.TaskId, "task")}.{attempt.Attempt}";

    [GeneratedRegex(@"\A[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}\z")]
    private static partial Regex PlainName();
}
