namespace Aurora.NodeAgent.Executors.Scripts.Supervision;

/// <summary>
/// Looks several times a second at what a script takes, and says when it is too much. Where the kernel holds a limit as well it
/// does so between two looks; this is what can say why the script was ended.
/// </summary>
internal static class LimitWatch
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Ends with the limit that was reached, or never where there is none to watch.</summary>
    public static async Task<ScriptEnding> ReachedAsync(SessionProcesses processes, SupervisedSpec spec, CancellationToken ended)
    {
        if (!OperatingSystem.IsLinux() || spec is { ProcessesMax: null, MemoryBytesMax: null })
        {
            await Task.Delay(Timeout.Infinite, ended);
        }

        while (true)
        {
            await Task.Delay(LookInterval, ended);
            var usage = processes.Measure();
            if (usage.Threads >= spec.ProcessesMax)
            {
                return ScriptEnding.TooManyProcesses;
            }

            // Workers of one program share most of their memory, so the sum over them is only a first sign.
            if (usage.ResidentBytes > spec.MemoryBytesMax && processes.MeasureProportionalBytes() > spec.MemoryBytesMax)
            {
                return ScriptEnding.TooMuchMemory;
            }
        }
    }
}
