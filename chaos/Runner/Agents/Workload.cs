using System.Security.Cryptography;
using System.Text;

namespace Aurora.Chaos.Runner.Agents;

/// <summary>What a task of the run carries, and how its result is recognised.</summary>
internal static class Workload
{
    /// <summary>Member of a task's body: the client's key, so that a row goes back to the request that made it.</summary>
    public const string KeyMember = "chaos_key";

    /// <summary>Member of a task's body: how long the work takes, in milliseconds.</summary>
    public const string WorkMember = "chaos_work_ms";

    /// <summary>Member of a task's body: how many nodes it asks for; absent for one.</summary>
    public const string NodesMember = "chaos_nodes";

    /// <summary>Member of a task's body: true for work that fails; of several nodes the one of the last rank.</summary>
    public const string FailsMember = "chaos_fails";

    /// <summary>Member of a result: the data that was produced.</summary>
    public const string DataMember = "chaos_data";

    /// <summary>The task type of simulated nodes; real ones run scripts, which are <c>custom</c>.</summary>
    public const string SimulatedType = "training";

    /// <summary>The GPU of simulated nodes. A real agent runs every documented type, so its GPU has another name.</summary>
    public const string SimulatedGpu = "SIMULATED 1";

    /// <summary>The GPU that real agents state.</summary>
    public const string RealGpu = "RTX 4090";

    /// <summary>What the mesh takes a GB for.</summary>
    public const long BytesPerGigabyte = 1L << 30;

    public static string DigestOf(string data) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)));
}
