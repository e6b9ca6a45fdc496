using System.Security.Cryptography;
using System.Text;
using Aurora.Grains.Interfaces;

namespace Aurora.Client;

/// <summary>Task ids that follow from an idempotency key, so that the same submit always means the same task.</summary>
internal static class TaskIds
{
    /// <summary>The id of the <paramref name="index"/>-th task that was submitted under the key.</summary>
    public static string For(string key, int index)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\n{index}"));
        return MeshConstants.TaskIdPrefix + Convert.ToHexStringLower(hash.AsSpan(0, 16));
    }
}
