using System.Text.Json.Nodes;

namespace Aurora.Chaos.Runner.Agents;

/// <summary>What a simulated node keeps over its own death: the attempts it ever took, and the reports nobody acknowledged.</summary>
internal sealed class NodeDisk
{
    private readonly HashSet<(string Task, int Attempt)> taken = [];
    private readonly Dictionary<(string Task, int Attempt), JsonObject> unacknowledged = [];

    /// <summary>Notes an attempt before it starts; false when it was taken before.</summary>
    public bool TryTake(string task, int attempt)
    {
        lock (taken)
        {
            return taken.Add((task, attempt));
        }
    }

    public void Keep(string task, int attempt, JsonObject report)
    {
        lock (taken)
        {
            unacknowledged[(task, attempt)] = report;
        }
    }

    public void Acknowledge(string task, int attempt)
    {
        lock (taken)
        {
            unacknowledged.Remove((task, attempt));
        }
    }

    /// <summary>The reports that have to be sent again.</summary>
    public ((string Task, int Attempt) Id, JsonObject Report)[] Unacknowledged()
    {
        lock (taken)
        {
            return [.. unacknowledged.Select(entry => (entry.Key, entry.Value))];
        }
    }
}
