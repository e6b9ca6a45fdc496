using Aurora.Scheduling.Feasibility;
using Aurora.Scheduling.Model;
using Aurora.Scheduling.Nodes;
using Aurora.Scheduling.Queueing;

namespace Aurora.Scheduling.Planning;

/// <summary>
/// Why a shape waits, in one line: the first thing that no node offers, or how many nodes fit and what keeps them busy.
/// Answers are kept until a node changes, since many tasks of one shape ask while nothing moves.
/// </summary>
internal sealed class WaitingReason(NodeTable table, WaitingTasks waiting, Reach reach)
{
    // Clients choose the shapes, so the answers kept at once are bounded.
    private const int AnswersMax = 1024;

    private readonly Dictionary<TaskShape, string> answers = [];
    private long version = -1;

    /// <summary>Why none of the shapes is placed; where reasons differ, what each is of, and which of them the task only prefers.</summary>
    public string For(IReadOnlyList<TaskShape> shapes)
    {
        var reasons = shapes.GroupBy(For, StringComparer.Ordinal).ToList();
        return reasons.Count == 1
            ? reasons[0].Key
            : string.Join("; or ", reasons.Select(reason => $"{string.Join(" or ", reason.Select(shape => Wish(shape, shapes)).Distinct(StringComparer.Ordinal))}: {reason.Key}"));
    }

    /// <summary>Whether one that comes after it is the same with less asked of where it runs: that one is what the task needs.</summary>
    private static bool IsPreference(TaskShape shape, IReadOnlyList<TaskShape> shapes) => shapes.Any(other =>
        other != shape
        && shape with { GpuType = other.GpuType, Labels = other.Labels } == other
        && (other.GpuType is null || other.GpuType == shape.GpuType)
        && !other.Labels.MissingIn(shape.Labels).Any());

    private static string Wish(TaskShape shape, IReadOnlyList<TaskShape> shapes) =>
        IsPreference(shape, shapes) ? $"{Wish(shape)} (preferred, not required)" : Wish(shape);

    private static string Wish(TaskShape shape)
    {
        var gpus = shape.GpuCount == 0 ? "without a GPU"
            : $"{Listing.Gpus(shape.GpuCount)}{(shape.GpuType is { } type ? $" of type '{type}'" : "")}"
                + (shape.MemoryBytesPerGpu == 0 ? "" : $" with {Gigabytes.Print(shape.MemoryBytesPerGpu)} GB{(shape.GpuCount > 1 ? " each" : "")}");
        return shape.Labels.IsEmpty ? gpus : $"{gpus} on a node with {Listing.Print(shape.Labels.All)}";
    }

    private string For(TaskShape shape)
    {
        if (version != table.Version || answers.Count >= AnswersMax)
        {
            answers.Clear();
            version = table.Version;
        }

        if (!answers.TryGetValue(shape, out var answer))
        {
            answer = WorkOut(shape);
            answers.Add(shape, answer);
        }

        return answer;
    }

    private string WorkOut(TaskShape shape)
    {
        var shapes = waiting.ClassOf(shape);
        var mesh = new MeshOffer();
        for (var ordinal = 0; ordinal < table.Count; ordinal++)
        {
            mesh.Count(shape, shapes, table, reach, ordinal);
        }

        var bytes = Gigabytes.Print(shape.MemoryBytesPerGpu);
        return mesh switch
        {
            { Joined: 0 } => "no node has joined its pool yet",
            { Announcing: 0 } when shape.Model is { } model && Models(shape.TaskType) is { Count: > 0 } models =>
                $"no node has the model '{model}'; the mesh has {Listing.Print(models)}",
            { Announcing: 0 } when !shape.Labels.IsEmpty =>
                $"no node that runs '{shape.TaskType}' carries {Listing.Print(shape.Labels.All)}; the mesh has {Listing.Print(PresentLabels(shape.TaskType))}",
            { Announcing: 0 } when shape.Nodes > 1 && table.Nodes.Any(node => node.Facts.TaskTypes.Contains(shape.TaskType)) =>
                $"no node that runs '{shape.TaskType}' takes part in tasks of several nodes",
            { Announcing: 0 } => $"no node announces task type '{shape.TaskType}'{WhatItTakes(shape.TaskType)}",
            { GpusMax: 0 } when shapes.GpuCount > 0 => $"needs {Listing.Gpus(shapes.GpuCount)}; no node that runs '{shape.TaskType}' has one",
            { GpusMax: var most } when most < shapes.GpuCount => $"needs {Listing.Gpus(shapes.GpuCount)} on one node; no node has more than {most}",
            { SuitableMax: 0 } when shapes.GpuCount > 0 =>
                $"needs {Listing.Gpus(shapes.GpuCount)} of type '{shape.GpuType}'; no node has one (the mesh has {Listing.Print(PresentTypes(shape.TaskType))})",
            { SuitableMax: var most } when most < shapes.GpuCount =>
                $"needs {Listing.Gpus(shapes.GpuCount)} of type '{shape.GpuType}' on one node; no node has more than {most} "
                + $"(the mesh has {Listing.Print(PresentTypes(shape.TaskType))})",
            { Fitting: 0, HostTooSmall: > 0 } =>
                $"needs {Listing.Needed(shape.Host)} on one node; no node has more than {Listing.Needed(OfAsked(mesh.HostMax, shape.Host))}",
            { Fitting: 0 } when shapes.GpuCount == 1 =>
                $"needs {bytes} GB on one GPU; the largest here has {Gigabytes.Print(mesh.NominalMax)} GB",
            { Fitting: 0 } =>
                $"needs {bytes} GB on each of {shapes.GpuCount} GPUs of one node; the most here is {Gigabytes.Print(mesh.NominalMax)} GB on each",
            { Fitting: var fitting } when fitting < shape.Nodes =>
                $"needs {Listing.Nodes(shape.Nodes)} at once, {Need(shape, bytes)} on each; only {fitting} here could run it",
            { FittingNow: var now } when shape.Nodes > 1 && now < shape.Nodes =>
                $"needs {Listing.Nodes(shape.Nodes)} at once, {Need(shape, bytes)} on each; {now} of the {mesh.Fitting} that could run it {(now == 1 ? "is" : "are")} free now"
                + (Busy(mesh, shape, bytes) is { Length: > 0 } busy ? $": {busy}" : ""),
            { WhyNotRented: { } why, Fitting: var fitting } when fitting == mesh.NotRented => $"fits {Listing.Nodes(fitting)} that can be rented, and {why}",
            { FittingNow: > 0 } => $"fits {Listing.Nodes(mesh.Fitting)}; waits for its turn",
            { Fitting: var fitting } when fitting == mesh.Unavailable =>
                $"fits {Listing.Nodes(fitting)}, but {(fitting == 1 ? "it is" : "all are")} closed to new work: cordoned, drained, in quarantine or silent",
            { Fitting: 1 } => $"fits 1 node, but it cannot take it now: {Busy(mesh, shape, bytes)}",
            _ => $"fits {Listing.Nodes(mesh.Fitting)}, but none can take it now: {Busy(mesh, shape, bytes)}",
        };
    }

    private static string Need(TaskShape shape, string bytes) => shape switch
    {
        { GpuCount: 0 } => "a slot",
        { MemoryBytesPerGpu: 0 } => Listing.Gpus(shape.GpuCount),
        _ => $"{bytes} GB on {Listing.Each(shape.GpuCount)}",
    };

    private static HostShare OfAsked(HostShare most, HostShare asked) =>
        new(asked.CpuMilli > 0 ? most.CpuMilli : 0, asked.MemoryBytes > 0 ? most.MemoryBytes : 0);

    private static string Busy(MeshOffer mesh, TaskShape shape, string bytes)
    {
        var causes = new List<string>();
        if (mesh.WithoutSlot > 0)
        {
            causes.Add($"no slot is free on {Listing.Nodes(mesh.WithoutSlot)}");
        }

        if (mesh.WithoutMemory > 0)
        {
            causes.Add(
                $"{Listing.Nodes(mesh.WithoutMemory)} {(mesh.WithoutMemory == 1 ? "has" : "have")} at most {Gigabytes.Print(mesh.FreeMax)} GB per GPU free of the {bytes} GB that it needs");
        }

        if (mesh.WithoutHost > 0)
        {
            causes.Add($"too few cores or too little host memory is free on {Listing.Nodes(mesh.WithoutHost)}");
        }

        if (mesh.KeptApart > 0)
        {
            causes.Add($"{Listing.Nodes(mesh.KeptApart)} {(mesh.KeptApart == 1 ? "runs" : "run")} another task with anti_affinity '{shape.AntiAffinity}'");
        }

        if (mesh.KeptForOthers > 0)
        {
            causes.Add($"what is free on {Listing.Nodes(mesh.KeptForOthers)} is kept for a task whose turn is before");
        }

        if (mesh.NotRented > 0)
        {
            causes.Add($"{Listing.Nodes(mesh.NotRented)} would have to be rented, and {mesh.WhyNotRented}");
        }

        if (mesh.Unavailable > 0)
        {
            causes.Add($"{Listing.Nodes(mesh.Unavailable)} {(mesh.Unavailable == 1 ? "is" : "are")} closed to new work");
        }

        return string.Join(", ", causes);
    }

    // What an operator has to do on a node, for those who have just begun and have no such node yet.
    private static string WhatItTakes(string taskType) => taskType switch
    {
        "llm_inference" or "embeddings" => "; one does when an inference server runs on its machine",
        "training" or "custom" => "; one does when AURORA_ALLOW_SCRIPTS lets it run scripts",
        _ => "",
    };

    private List<string> Models(string taskType) =>
        [.. table.Nodes
            .Where(node => node.Joined && node.Facts.TaskTypes.Contains(taskType) && node.Facts.Models is not null)
            .SelectMany(node => node.Facts.Models!.Available)];

    private IEnumerable<string> PresentLabels(string taskType) =>
        table.Nodes.Where(node => node.Facts.TaskTypes.Contains(taskType)).SelectMany(node => node.Facts.Labels.All);

    private IEnumerable<string> PresentTypes(string taskType) =>
        table.Nodes
            .Where(node => node.Facts.TaskTypes.Contains(taskType))
            .SelectMany(node => node.Facts.Gpus)
            .Select(gpu => gpu.Type);
}
