namespace Aurora.Scheduling.Scoring;

/// <summary>
/// The named terms of a score, each in [0, 1], more is better. The same type carries a policy's weights, which are not
/// negative and sum to 1, so a score is in [0, 1] too.
/// </summary>
/// <param name="Power">The GPU's speed as a share of the fastest known one.</param>
/// <param name="MemoryFree">Share of the GPU's memory that stays free beside the task.</param>
/// <param name="FewTasks">1 for a GPU without attempts, 1/2 with one, and so on.</param>
/// <param name="GpuIdle">1 less the GPU's utilisation.</param>
/// <param name="CpuIdle">1 less the node's CPU load.</param>
/// <param name="NodeFewTasks">1 for a node without attempts, 1/2 with one, and so on.</param>
/// <param name="NodeMemoryFree">Mean share of free memory over the node's GPUs.</param>
/// <param name="NodeGpuIdle">1 less the mean utilisation of the node's GPUs.</param>
/// <param name="GpusSpared">1 for a node without GPUs: a task without a GPU keeps no GPU's slot there.</param>
/// <param name="ModelLoaded">1 where the task's model is in memory.</param>
/// <param name="RequestsFree">Share of the node's request slots that are free.</param>
/// <param name="RoomKept">1 less what the place costs the tasks that are expected, on a scale without an end.</param>
/// <param name="Owned">1 for a machine that is not rented.</param>
/// <param name="Cheap">1 for work that costs nothing, 1/2 where an hour of the fastest GPU's work would cost 1 unit of money.</param>
/// <param name="InTime">1 where a request's first token is expected in time, 0 where it is not, between where nobody can tell.</param>
/// <param name="SpeedSpared">How slow a server writes that is in time: fast ones stay open for requests that need them.</param>
/// <param name="Soon">1 for a first token at once, 1/2 in a second.</param>
/// <param name="Linked">How fast the task's GPUs reach each other, as a mean over their pairs; 0 where the node does not tell.</param>
internal readonly record struct ScoreTerms(
    double Power = 0,
    double MemoryFree = 0,
    double FewTasks = 0,
    double GpuIdle = 0,
    double CpuIdle = 0,
    double NodeFewTasks = 0,
    double NodeMemoryFree = 0,
    double NodeGpuIdle = 0,
    double GpusSpared = 0,
    double ModelLoaded = 0,
    double RequestsFree = 0,
    double RoomKept = 0,
    double Owned = 0,
    double Cheap = 0,
    double Linked = 0,
    double InTime = 0,
    double SpeedSpared = 0,
    double Soon = 0)
{
    /// <summary>Adds the terms of two things, each term for itself.</summary>
    public static ScoreTerms operator +(in ScoreTerms one, in ScoreTerms other) =>
        new(
            one.Power + other.Power,
            one.MemoryFree + other.MemoryFree,
            one.FewTasks + other.FewTasks,
            one.GpuIdle + other.GpuIdle,
            one.CpuIdle + other.CpuIdle,
            one.NodeFewTasks + other.NodeFewTasks,
            one.NodeMemoryFree + other.NodeMemoryFree,
            one.NodeGpuIdle + other.NodeGpuIdle,
            one.GpusSpared + other.GpusSpared,
            one.ModelLoaded + other.ModelLoaded,
            one.RequestsFree + other.RequestsFree,
            one.RoomKept + other.RoomKept,
            one.Owned + other.Owned,
            one.Cheap + other.Cheap,
            one.Linked + other.Linked,
            one.InTime + other.InTime,
            one.SpeedSpared + other.SpeedSpared,
            one.Soon + other.Soon);

    /// <summary>Every term times a factor.</summary>
    public static ScoreTerms operator *(in ScoreTerms terms, double factor) =>
        new(
            terms.Power * factor,
            terms.MemoryFree * factor,
            terms.FewTasks * factor,
            terms.GpuIdle * factor,
            terms.CpuIdle * factor,
            terms.NodeFewTasks * factor,
            terms.NodeMemoryFree * factor,
            terms.NodeGpuIdle * factor,
            terms.GpusSpared * factor,
            terms.ModelLoaded * factor,
            terms.RequestsFree * factor,
            terms.RoomKept * factor,
            terms.Owned * factor,
            terms.Cheap * factor,
            terms.Linked * factor,
            terms.InTime * factor,
            terms.SpeedSpared * factor,
            terms.Soon * factor);

    /// <summary>The weighted sum.</summary>
    public double Score(in ScoreTerms weights) =>
        (Power * weights.Power)
        + (MemoryFree * weights.MemoryFree)
        + (FewTasks * weights.FewTasks)
        + (GpuIdle * weights.GpuIdle)
        + (CpuIdle * weights.CpuIdle)
        + (NodeFewTasks * weights.NodeFewTasks)
        + (NodeMemoryFree * weights.NodeMemoryFree)
        + (NodeGpuIdle * weights.NodeGpuIdle)
        + (GpusSpared * weights.GpusSpared)
        + (ModelLoaded * weights.ModelLoaded)
        + (RequestsFree * weights.RequestsFree)
        + (RoomKept * weights.RoomKept)
        + (Owned * weights.Owned)
        + (Cheap * weights.Cheap)
        + (Linked * weights.Linked)
        + (InTime * weights.InTime)
        + (SpeedSpared * weights.SpeedSpared)
        + (Soon * weights.Soon);

    /// <summary>The terms that the weights count, by name.</summary>
    public IReadOnlyDictionary<string, double> Named(in ScoreTerms weights)
    {
        var named = new Dictionary<string, double>(StringComparer.Ordinal);
        Add("power", Power, weights.Power);
        Add("memory_free", MemoryFree, weights.MemoryFree);
        Add("few_tasks", FewTasks, weights.FewTasks);
        Add("gpu_idle", GpuIdle, weights.GpuIdle);
        Add("cpu_idle", CpuIdle, weights.CpuIdle);
        Add("node_few_tasks", NodeFewTasks, weights.NodeFewTasks);
        Add("node_memory_free", NodeMemoryFree, weights.NodeMemoryFree);
        Add("node_gpu_idle", NodeGpuIdle, weights.NodeGpuIdle);
        Add("gpus_spared", GpusSpared, weights.GpusSpared);
        Add("model_loaded", ModelLoaded, weights.ModelLoaded);
        Add("requests_free", RequestsFree, weights.RequestsFree);
        Add("room_kept", RoomKept, weights.RoomKept);
        Add("owned", Owned, weights.Owned);
        Add("cheap", Cheap, weights.Cheap);
        Add("linked", Linked, weights.Linked);
        Add("first_token_in_time", InTime, weights.InTime);
        Add("speed_spared", SpeedSpared, weights.SpeedSpared);
        Add("first_token_soon", Soon, weights.Soon);
        return named;

        void Add(string name, double term, double weight)
        {
            if (weight > 0)
            {
                named.Add(name, term);
            }
        }
    }
}
