using System.Text.Json.Nodes;

namespace Aurora.Client.Abstractions.Requests;

/// <summary>How long a task may take. Each limit is above 0 and at most a year; null for as long as it takes.</summary>
public sealed record TaskTimeouts
{
    /// <summary>From when it may start until its first attempt has a place.</summary>
    public TimeSpan? Queue { get; init; }

    /// <summary>From an attempt's place until its node says that it runs.</summary>
    public TimeSpan? Start { get; init; }

    /// <summary>An attempt, from its start.</summary>
    public TimeSpan? Run { get; init; }

    /// <summary>An attempt, since it last put anything out: text, progress or a part of its result.</summary>
    public TimeSpan? Progress { get; init; }

    internal JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var (name, limit) in new[] { ("queue_s", Queue), ("start_s", Start), ("run_s", Run), ("progress_s", Progress) })
        {
            if (limit is { } set)
            {
                json[name] = set.TotalSeconds;
            }
        }

        return json;
    }
}
