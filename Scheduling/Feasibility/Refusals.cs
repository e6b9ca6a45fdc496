using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Planning;

namespace Aurora.Scheduling.Feasibility;

/// <summary>Every refusal, each with its stable code. One that waiting cannot help is permanent.</summary>
internal static class Refusals
{
    public static Refusal KeptForAnother(KeptPlace kept) =>
        new("kept_for_another", $"keeps {(kept.Gpus.Count == 0 ? "a slot" : $"GPU {string.Join(", ", kept.Gpus)}")} for {kept.TaskId}, whose turn is before", Permanent: false);

    public static Refusal NoGangs() => new("no_gangs", "its agent does not take part in tasks of several nodes", Permanent: true);

    public static Refusal BudgetSpent(string why) => new("budget_spent", $"the node is rented, and {why}", Permanent: false);

    public static Refusal OwnedFirst(string why) => new("owned_first", $"the node is rented, and {why}", Permanent: false);

    public static Refusal AwaitsOwned(string why) => new("awaits_owned", $"the node is rented, and {why}", Permanent: false);

    public static Refusal NodeUnavailable() =>
        new("node_unavailable", "the node takes no new work: it is cordoned, drained, in quarantine or silent, or has not joined yet", Permanent: false);

    public static Refusal TaskTypeNotAnnounced(string taskType, IEnumerable<string> announced) =>
        new(
            "task_type_not_announced",
            $"does not run task type '{taskType}'; it runs {Listing.Print(announced)}",
            Permanent: true);

    public static Refusal ModelNotAvailable(string model, IEnumerable<string> available) =>
        new("model_not_available", $"does not have the model '{model}'; it has {Listing.Print(available)}", Permanent: true);

    public static Refusal NoFreeRequestSlot(int requests, int slots) =>
        new("no_free_request_slot", $"serves {requests} of the {slots} requests that its inference servers work at once", Permanent: false);

    public static Refusal LabelsMissing(IEnumerable<string> missing, LabelSet present) =>
        new("label_missing", $"does not carry {Listing.Print(missing)}; its labels are {Listing.Print(present.All)}", Permanent: true);

    public static Refusal HostTooSmall(HostShare needed, HostShare present) =>
        new("host_too_small", $"needs {Listing.Needed(needed)}; this node has {Listing.Host(present)}", Permanent: true);

    public static Refusal HostTaken(HostShare needed, HostShare free) =>
        new("host_not_free", $"needs {Listing.Needed(needed)}; now {Listing.Host(free)} are free", Permanent: false);

    public static Refusal AntiAffinity(string group) =>
        new("anti_affinity", $"runs another task with anti_affinity '{group}'", Permanent: false);

    public static Refusal TooFewGpus(int needed, int present) =>
        new("too_few_gpus", $"needs {Listing.Gpus(needed)} on one node; this one has {present}", Permanent: true);

    public static Refusal GpuTypeMismatch(int needed, string gpuType, int matching, IEnumerable<string> present) =>
        new(
            "gpu_type_mismatch",
            $"needs {Listing.Gpus(needed)} of type '{gpuType}'; {matching} match of {Listing.Print(present)}",
            Permanent: true);

    public static Refusal GpuMemoryTooSmall(int needed, long bytes, long best) =>
        new(
            "gpu_memory_too_small",
            $"needs {Gigabytes.Print(bytes)} GB on {Listing.Each(needed)}; this node has {Gigabytes.Print(best)} GB there",
            Permanent: true);

    public static Refusal GpuMemoryNotFree(int needed, long bytes, long best) =>
        new(
            "gpu_memory_not_free",
            $"needs {Gigabytes.Print(bytes)} GB free on {Listing.Each(needed)}; now {Gigabytes.Print(best)} GB are free there",
            Permanent: false);

    public static Refusal NoFreeSlot(int running, int maxParallel) =>
        new("no_free_slot", $"holds {running} of the {maxParallel} attempts it runs at once", Permanent: false);

    public static Refusal NoSuchGpu(int gpu, int present) =>
        new("no_such_gpu", $"GPU {gpu} is named twice or is not among the node's {present}", Permanent: true);

    public static Refusal GpuMemoryTaken(int gpu, long bytes, long free) =>
        new(
            "gpu_memory_not_free",
            $"needs {Gigabytes.Print(bytes)} GB free on GPU {gpu}; now {Gigabytes.Print(free)} GB are free",
            Permanent: false);

    public static Refusal TaskHeldAlready(string taskId, int present, int attempt) =>
        new(
            "task_held_already",
            $"{taskId} is held here under attempt {present}; attempt {attempt} has to wait for its release",
            Permanent: false);
}
