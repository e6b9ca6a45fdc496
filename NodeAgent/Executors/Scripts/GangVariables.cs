using System.Globalization;
using Aurora.Grains.Interfaces.Nodes;

namespace Aurora.NodeAgent.Executors.Scripts;

/// <summary>
/// What the members of a gang are told of each other. The names without a prefix are PyTorch's for one process on each node (torch.distributed,
/// "Environment variable initialization"), and those with <c>PET_</c> are the defaults of torchrun's options (torch.distributed.run): a script
/// that starts torchrun without <c>--nnodes</c>, <c>--node-rank</c> and <c>--master-addr</c> finds its peers.
/// </summary>
internal static class GangVariables
{
    private const string Rank = "AURORA_GANG_RANK";

    public static void Add(Dictionary<string, string> variables, GangAssignment? gang)
    {
        if (gang is null)
        {
            return;
        }

        var (rank, size, port) = (Text(gang.Rank), Text(gang.Members.Length), Text(gang.Port));
        variables["AURORA_GANG_SIZE"] = variables["NNODES"] = variables["PET_NNODES"] = variables["WORLD_SIZE"] = size;
        variables[Rank] = variables["NODE_RANK"] = variables["PET_NODE_RANK"] = variables["RANK"] = rank;
        variables["AURORA_GANG_MEMBERS"] = string.Join(',', gang.Members.Select(member => member.Address));
        variables["MASTER_ADDR"] = variables["PET_MASTER_ADDR"] = gang.Members[0].Address;
        variables["MASTER_PORT"] = variables["PET_MASTER_PORT"] = port;
    }

    /// <summary>Whether the environment is that of a member beside rank 0: the task's files and output are those of rank 0.</summary>
    public static bool IsBesideLead(IReadOnlyDictionary<string, string> variables) => variables.TryGetValue(Rank, out var rank) && rank != "0";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
