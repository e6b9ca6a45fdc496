namespace Aurora.Scheduling.Planning;

/// <summary>What placement is for. Tasks without a GPU and requests to inference servers are placed alike under every profile.</summary>
public enum PlacementProfile
{
    /// <summary>By priority: 8 to 10 get the most powerful GPU, 3 to 7 are balanced over all GPUs, 0 to 2 get the least loaded node.</summary>
    Balanced,

    /// <summary>Whatever leaves most room for the tasks that are expected, judged by those that came last.</summary>
    Pack,

    /// <summary>Owned machines first, then whatever does the work for the least money.</summary>
    Cost,
}
