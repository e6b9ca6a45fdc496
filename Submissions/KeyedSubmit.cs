using System.Security.Cryptography;
using System.Text;
using Aurora.Grains.Interfaces;

namespace Aurora.Submissions;

/// <summary>
/// What a client's name for one submit makes of its tasks: their ids follow from it, so that a repeat names the same tasks, whichever
/// way it comes, and the primary key of the store lets one of them in.
/// </summary>
public static class KeyedSubmit
{
    /// <summary>The most characters of a key, all of them visible ASCII.</summary>
    public const int KeyLengthMax = 255;

    /// <summary>What the ids of the tasks begin with, see <see cref="Grains.Interfaces.Tasks.GroupId.TaskId"/>.</summary>
    /// <param name="caller">The API key's id, empty for none: two callers may choose the same name.</param>
    /// <param name="key">The caller's name for the submit.</param>
    public static string StemOf(string caller, string key) =>
        MeshConstants.TaskIdPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{caller}\n{key}\n0")).AsSpan(0, 16));

    /// <summary>What tells a repeat from another submit under the same name.</summary>
    /// <param name="sha256">Of the whole body.</param>
    public static string HashOf(ReadOnlySpan<byte> sha256) => Convert.ToHexStringLower(sha256[..16]);
}
