using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Aurora.GatewayApi.Files;

/// <summary>Which names of files are taken.</summary>
internal static partial class FileNames
{
    private const int DepthMax = 16;

    /// <summary>Parts of letters, digits, <c>.</c>, <c>_</c> and <c>-</c>, none of them <c>.</c> or <c>..</c>.</summary>
    public static bool IsPlain(string name)
    {
        var parts = name.Split('/');
        return parts.Length <= DepthMax && parts.All(part => part is not ("." or "..") && PlainPart().IsMatch(part));
    }

    public static bool IsHash(string text) => Hash().IsMatch(text);

    /// <summary>The directory of a task: its id where that is a plain name, otherwise a hash of it.</summary>
    public static string DirectoryOf(string taskId) => PlainId().IsMatch(taskId)
        ? taskId
        : "task_." + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(taskId)));

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,128}\z")]
    private static partial Regex PlainPart();

    [GeneratedRegex(@"\A[A-Za-z0-9_-]{1,128}\z")]
    private static partial Regex PlainId();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex Hash();
}
