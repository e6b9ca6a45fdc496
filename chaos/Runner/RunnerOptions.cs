using System.Globalization;
using Aurora.Chaos.Runner.Plans;

namespace Aurora.Chaos.Runner;

/// <summary>The command line.</summary>
internal sealed record RunnerOptions(RunPlan Plan, string Directory)
{
    private const int SilosMax = 9;

    public static string Usage =>
        "usage: dotnet run -c Release --project chaos/Runner -- [--profile short|long | --experiment E3] [--seed 7] [--silos 3] [--gateways 1] [--agents 100] [--from DIR] [--out DIR]\n"
        + string.Join('\n', Experiments.Names.Select(entry => $"  {entry.Key,-6} {entry.Value}"));

    /// <exception cref="ArgumentException">An option is not known or has a value that it cannot have.</exception>
    public static RunnerOptions Parse(string[] arguments)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var index = 0; index < arguments.Length; index += 2)
        {
            var name = arguments[index];
            if (name is not ("--profile" or "--experiment" or "--seed" or "--silos" or "--gateways" or "--agents" or "--from" or "--out") || index + 1 == arguments.Length)
            {
                throw new ArgumentException($"{name} is not an option, or has no value.");
            }

            given[name] = arguments[index + 1];
        }

        var profile = given.GetValueOrDefault("--experiment") ?? given.GetValueOrDefault("--profile", "short");
        var seed = Number("--seed", 7, 0, int.MaxValue);
        var plan = Experiments.Find(profile, seed)
            ?? throw new ArgumentException($"There is no run \"{profile}\"; there are {string.Join(", ", Experiments.Names.Keys)}.");
        plan = plan with
        {
            Silos = Number("--silos", plan.Silos, 1, SilosMax),
            Gateways = Number("--gateways", plan.Gateways, 0, SilosMax),
            Agents = Number("--agents", plan.Agents, 1, 5000),
            From = given.GetValueOrDefault("--from") is not { } from ? null
                : File.Exists(Path.Combine(from, "Aurora.Orleans.sln")) ? Path.GetFullPath(from)
                : throw new ArgumentException($"--from is {from}; it must be a checkout of a release, built in the configuration of this program."),
        };
        var directory = given.GetValueOrDefault("--out") ?? Path.Combine(
            Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"aurora-chaos-{profile}-{seed}-{DateTime.UtcNow:HHmmss}"));
        return System.IO.Directory.Exists(directory) && System.IO.Directory.EnumerateFileSystemEntries(directory).Any()
            ? throw new ArgumentException($"--out is {directory}, which is not empty.")
            : new RunnerOptions(plan, Path.GetFullPath(directory));

        int Number(string name, int otherwise, int least, int most) => given.GetValueOrDefault(name) is not { } text
            ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                ? number
                : throw new ArgumentException($"{name} is \"{text}\"; it must be a whole number from {least} to {most}.");
    }
}
