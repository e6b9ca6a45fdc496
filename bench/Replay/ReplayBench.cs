using System.Text.Json;
using Aurora.Scheduling.Recording;

namespace Aurora.Bench.Replay;

/// <summary>Decides the tasks of a recording (<c>POST /mesh/snapshot</c>) again, and says whether the decisions are the recorded ones.</summary>
internal static class ReplayBench
{
    public static int Run(string[] args)
    {
        if (args is not ["--snapshot", var file])
        {
            Console.Error.WriteLine("usage: bench replay --snapshot FILE");
            return 2;
        }

        try
        {
            var recording = RecordingJson.Read(File.ReadAllBytes(file));
            var replayed = recording.Replay();
            var differ = 0;
            foreach (var (recorded, decided) in recording.Decisions.Zip(replayed, (one, other) => (one.ToString(), other.ToString())))
            {
                Console.WriteLine(decided);
                if (recorded != decided)
                {
                    differ++;
                    Console.WriteLine($"  recorded was {recorded}");
                }
            }

            Console.WriteLine($"{replayed.Count} decisions over {recording.Nodes.Count} nodes replayed, {differ} differ from the recorded ones.");
            return differ == 0 && replayed.Count == recording.Decisions.Count ? 0 : 1;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            Console.Error.WriteLine($"{file}: {error.Message}");
            return 2;
        }
    }
}
