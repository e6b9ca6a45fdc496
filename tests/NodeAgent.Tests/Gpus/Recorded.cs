namespace Aurora.NodeAgent.Tests.Gpus;

/// <summary>The samples of what vendors' tools print.</summary>
internal static class Recorded
{
    public static string Text(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Gpus", "Recorded", name));
}
